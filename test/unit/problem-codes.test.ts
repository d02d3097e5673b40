import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Codes that an error carries and no problem does: they end a command or a cycle, or are handled where they are thrown. */
const NO_PROBLEM = [
  'CONNECTION_LOST',
  'NO_ANSWER',
  'REDIS_UNREACHABLE',
  'CONFIG_INVALID',
  'HSET',
  'CONNECTION_UNKNOWN',
  'CYCLE_FENCED',
  'LEASE_LOST',
  'MAPPING_CONFIG',
  'REDIS_UNFIT',
]

/** What stands where a problem's or a refusal's code stands. */
const CODE =
  /(?:\bcode(?: =|:)|\brejected\(|\bmissing\(|\bunknown\(|return \[|\btoOneOf\(\w+,|\? ) ?'([A-Z_]+)'|: '([A-Z]+_[A-Z_]+)'/g

const sources = globSync('packages/{producer,shared,worker,zendesk}/src/**/*.ts', { cwd: root })
  .filter((path) => !/\.(test|fixture)\.ts$/.test(path))
  .map((path) => readFileSync(`${root}${path}`, 'utf8'))

const used = new Set(
  sources
    .flatMap((text) => [...text.matchAll(CODE)].map(([, one, other]) => (one ?? other)!))
    .filter((code) => !NO_PROBLEM.includes(code)),
)

const explained = readFileSync(`${root}docs/operations.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...line.split('|')[1]!.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, code]) => code!))

it('the runbook explains every code that a problem can have', () => {
  expect(used.size).toBeGreaterThan(50)
  expect([...used].filter((code) => !explained.includes(code))).toEqual([])
})

it('and none that is not there any more', () => {
  const all = sources.join('\n')
  expect(explained.filter((code) => !code.startsWith('DASHBOARD_') && !all.includes(`'${code}'`))).toEqual([])
})
