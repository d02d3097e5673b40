import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { locateProgram } from '@provisioner/sandbox/servers/locate-program.ts'
import { expect, it } from 'vitest'
import { environmentOf, readUnit, ROOT, UNITS } from '../fixtures/systemd-unit.ts'

/** The longest that a producer or worker takes to stop, ms. */
const [, STOPS_WITHIN] = /const END_MS = ([\d_]+)/.exec(readFileSync(`${ROOT}/packages/shared/src/service.ts`, 'utf8'))!

const sources = globSync('packages/{shared,history,producer,worker,dashboard}/src/**/*.ts', { cwd: ROOT })
  .filter((path) => !path.includes('node_modules') && !path.endsWith('.test.ts'))
  .map((path) => readFileSync(`${ROOT}/${path}`, 'utf8'))
  .join('\n')

it.each(Object.entries(UNITS))('the unit of the %s starts a program that is there', (_, file) => {
  const [node, ...args] = readUnit(file, { '/opt/provisioner': ROOT }).one('ExecStart').split(' ')

  expect(node).toBe('/usr/bin/node')
  expect(existsSync(args.at(-1)!)).toBe(true)
  expect(args.at(-1)).toContain(`${ROOT}/packages/`)
})

it.each(Object.entries(UNITS))('the unit of the %s sets what the programs read', (_, file) => {
  const names = Object.keys(environmentOf(readUnit(file)))

  expect(names).toContain('PROVISIONER_CONFIG')
  expect(names.filter((name) => !sources.includes(name))).toEqual([])
})

it.each(Object.entries(UNITS))('the unit of the %s gives it time to stop, and starts no broken one anew', (_, file) => {
  const unit = readUnit(file)

  expect(Number(unit.one('TimeoutStopSec')) * 1000).toBeGreaterThan(Number(STOPS_WITHIN!.replaceAll('_', '')))
  expect(unit.one('RestartPreventExitStatus')).toBe('2')
})

it('systemd finds nothing wrong with the units', async (context) => {
  const analyze = locateProgram('systemd-analyze')
  if (analyze === undefined) return context.skip('systemd-analyze is not installed: apt-get install systemd')
  const folder = await mkdtemp(join(tmpdir(), 'units-'))
  try {
    const places = { '/opt/provisioner': ROOT, '/usr/bin/node': process.execPath }
    for (const file of Object.values(UNITS)) await writeFile(join(folder, file), readUnit(file, places).text)
    const instances = Object.values(UNITS).map((file) => join(folder, file.replace('@.', '@9102.')))

    const { stdout, stderr } = await promisify(execFile)(analyze, ['verify', '--man=no', ...instances])

    // A setting that it does not know is a line, and no error.
    expect(stdout + stderr).toBe('')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
