import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { openLogWriter } from '@provisioner/shared/log-writer.ts'
import { expect, it } from 'vitest'
import { openSmallDisk } from '../../fixtures/small-disk.ts'
import { until } from '../../fixtures/until.ts'

const line = (n: number) => `${JSON.stringify({ n, padding: 'x'.repeat(1_000) })}\n`

/** Every line is whole, or this throws. */
const parse = (log: string) =>
  log
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one) as { n?: number; lines?: number })

it('what finds no room on the disk is kept, or counted, and told once there is room', async (context) => {
  await using disk = await openSmallDisk()
  if (!disk) return context.skip('needs a user who may mount a file system')
  const path = join(disk.folder, 'service.log')
  await using file = await open(path, 'a')
  const writer = openLogWriter(file.fd)
  writer.write(line(0))
  const before = writer.trouble

  await disk.fill()
  for (let n = 1; n <= 10; n += 1) writer.write(line(n))
  const waiting = writer.trouble
  for (let n = 11; n <= 2_000; n += 1) writer.write(line(n))
  const losing = writer.trouble
  await disk.makeRoom()
  await until(
    () => writer.trouble === undefined,
    5_000,
    () => writer.trouble!,
  )
  writer.write(line(2_001))

  expect(before).toBeUndefined()
  expect(waiting).toMatch(/^The log can't be written: ENOSPC.*Its lines wait/)
  const [, lost] = /^(\d+) lines of the log are lost since \d{4}-.*: ENOSPC/.exec(losing!)!
  const kept = 2_001 - Number(lost)
  const lines = parse(await readFile(path, 'utf8'))
  expect(lines.slice(0, kept).map(({ n }) => n)).toEqual(Array.from({ length: kept }, (_one, n) => n))
  expect(lines.slice(kept)).toEqual([
    expect.objectContaining({ level: 'error', lines: Number(lost), msg: 'Lines of the log are lost' }),
    expect.objectContaining({ n: 2_001 }),
  ])
})

it('a reader that stands still stops nobody, and learns how much it missed', async () => {
  const logger = fileURLToPath(import.meta.resolve('@provisioner/shared/logger.ts'))
  const program = `
    import { createLogger } from ${JSON.stringify(logger)}
    const log = createLogger({ name: 'test', level: 'info' })
    for (let n = 0; n < 4000; n += 1) {
      log.info({ n, padding: 'x'.repeat(1000) }, 'Line')
      if (n % 100 === 0) await new Promise(setImmediate)
    }
    process.stderr.write('done')
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] })

  const [done] = await once(child.stderr, 'data')
  const lines = parse(await text(child.stdout))

  expect(String(done)).toBe('done')
  const told = lines.at(-1)!
  expect(told).toMatchObject({ msg: 'Lines of the log are lost', reason: 'nobody reads it' })
  expect(lines.slice(0, -1).map(({ n }) => n)).toEqual(Array.from({ length: 4_000 - told.lines! }, (_one, n) => n))
})
