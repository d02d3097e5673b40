import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const run = new URL('../../.ci/run', import.meta.url).pathname

/** `.ci/run` in a folder of its own, where npm and node only say what they are told to. */
describe('.ci/run', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ci-'))
    for (const name of ['.ci', 'bin', 'scripts']) await mkdir(join(folder, name))
    await cp(run, join(folder, '.ci/run'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it.each([
    ['everything passed', say('12 passed, 0 failed'), say('3 passed, 0 failed'), '15 passed, 0 failed, 0 skipped', 0],
    [
      'a test failed',
      say('12 passed, 2 failed, 3 skipped', 1),
      say('0 passed, 0 failed, 1 skipped'),
      '12 passed, 2 failed, 4 skipped',
      1,
    ],
    ['a step crashed', say('boom', 3), say('3 passed, 0 failed'), '3 passed, 1 failed, 0 skipped', 1],
    ['both steps crashed', say('boom', 3), say('boom', 3), '0 passed, 2 failed, 0 skipped', 1],
    ['there are no container tests', say('8 passed, 0 failed'), undefined, '8 passed, 0 failed, 0 skipped', 0],
    ['nothing was tested', say('0 passed, 0 failed'), undefined, '0 passed, 0 failed, 0 skipped', 1],
  ])('ends with one sum when %s', async (_case, npm, node, last, code) => {
    await writeFile(join(folder, 'bin/npm'), npm, { mode: 0o755 })
    if (node !== undefined) {
      await writeFile(join(folder, 'bin/node'), node, { mode: 0o755 })
      await writeFile(join(folder, 'scripts/container-test.ts'), '')
    }

    const PATH = `${join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin`
    const { stdout, status } = spawnSync(join(folder, '.ci/run'), { env: { PATH }, encoding: 'utf8' })

    expect(stdout.trimEnd().split('\n').at(-1)).toBe(last)
    expect(status).toBe(code)
  })
})

function say(line: string, code = 0): string {
  return `#!/bin/sh\necho '${line}'\nexit ${code}\n`
}
