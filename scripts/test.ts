import { parseArgs } from 'node:util'
import { ensurePrograms, type Program } from '../packages/sandbox/src/servers/ensure-programs.ts'
import { CHECKS, runCheck } from './testing/run-check.ts'
import { runProject } from './testing/run-project.ts'
import { summarize, type Tally } from './testing/tally.ts'

/**
 * Everything that `npm test` runs, or the part that its arguments name:
 *
 *   npm test                          checks, then all tests
 *   npm test -- checks                type check, lint, format, unused code
 *   npm test -- unit integration      these kinds of tests
 *   npm test -- e2e -t 'held'         tests whose name contains this
 *   npm test -- unit plan/guard       tests in files whose path contains this
 */
const PROJECTS = ['unit', 'integration', 'e2e', 'browser'] as const
type Project = (typeof PROJECTS)[number]

const SERVERS = ['redis-server', 'slapd', 'ldapsearch', 'ldapmodify', 'openssl'] as const
const PROGRAMS: Record<Project, readonly Program[]> = {
  unit: [],
  integration: SERVERS,
  e2e: SERVERS,
  browser: [...SERVERS, 'chromium'],
}

const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { testNamePattern: { type: 'string', short: 't' } },
})
const named = PROJECTS.filter((project) => positionals.includes(project))
const selection = {
  files: positionals.filter((word) => word !== 'checks' && !named.includes(word as Project)),
  name: values.testNamePattern,
}
const everything = positionals.length === 0 && selection.name === undefined
const projects = named.length > 0 || positionals.includes('checks') ? named : PROJECTS
const checks = everything || positionals.includes('checks') ? (Object.keys(CHECKS) as (keyof typeof CHECKS)[]) : []

const tallies: Tally[] = []
try {
  await ensurePrograms([...new Set(projects.flatMap((project) => PROGRAMS[project]))])
  tallies.push(...(await Promise.all(checks.map((check) => runCheck(check, root)))))
  for (const project of projects) tallies.push(await runProject(project, selection, root))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  tallies.push({ name: 'set-up', passed: 0, failed: [(error as Error).message], skipped: [], milliseconds: 0 })
}
if (tallies.every(({ passed, failed }) => passed + failed.length === 0))
  tallies.push({ name: 'selection', passed: 0, failed: ['no test matches it'], skipped: [], milliseconds: 0 })
process.stdout.write(`${summarize(tallies).join('\n')}\n`)
process.exitCode = tallies.some(({ failed }) => failed.length > 0) ? 1 : 0
