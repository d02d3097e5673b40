import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { FINDING_CODES } from '@provisioner/producer/cli/review/review-file.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(`${root}docs/operations.md`, 'utf8')
const runbook = page.slice(page.indexOf('\n## Runbook'), page.indexOf('\n## What is not there'))

/** What is written like a code, and is none that an admin has to look up: why. */
const NO_PROBLEMS: Readonly<Record<string, string>> = {
  CONFIG_INVALID: 'its mistakes are printed, each with what is allowed',
  CYCLE_FENCED: 'a newer cycle has taken over, as it should',
  LEASE_LOST: 'the job comes again',
  CONNECTION_LOST: 'becomes one of the directory’s codes',
  NO_ANSWER: 'becomes one of the directory’s codes',
  DUPLICATE_KEY: 'of the YAML parser',
  TAG_RESOLVE_FAILED: 'of the YAML parser',
  BAD_INDENT: 'of the YAML parser',
  TAB_AS_INDENT: 'of the YAML parser',
  BLOCK_AS_IMPLICIT_KEY: 'of the YAML parser',
  MULTILINE_IMPLICIT_KEY: 'of the YAML parser',
  ERR_ABORTED: 'of got',
  REDIS_URL: 'a variable that init names',
  LDAP_PASSWORD: 'a variable that init names',
  ZENDESK_CLIENT_ID: 'a variable that init names',
  ZENDESK_CLIENT_SECRET: 'a variable that init names',
  EXTRACT_CN_FROM_DN: 'of PingFederate’s exports',
  EXTRACT_USERNAME_FROM_EMAIL: 'of PingFederate’s exports',
  ACCOUNT_STATUS_ALGORITHM_AD: 'of PingFederate’s exports',
  ACCOUNT_STATUS_ALGORITHM_FLAG: 'of PingFederate’s exports',
  ACTIVE_DIRECTORY_USN: 'of PingFederate’s exports',
  ABORT_ERR: 'of Node.js: a question was left without an answer',
}

const sources = globSync('packages/{history,producer,shared,worker,zendesk}/src/**/*.ts', { cwd: root })
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => readFileSync(`${root}${path}`, 'utf8'))

/**
 * Words with an underscore, but for names of environment variables; words without one where they are said to be a code.
 */
const written = sources.flatMap((source) =>
  [
    ...source.matchAll(/(?<!env\[)'([A-Z]+(?:_[A-Z]+)+)'/g),
    ...source.matchAll(/(?:\bcode(?::| =)|\brejected\() *\n? *'([A-Z]+)'/g),
  ].map(([, code]) => code!),
)

/** A `ZendeskError` makes its code of the problem's kind. */
const ofZendesk = [
  ...readFileSync(`${root}packages/zendesk/src/errors.ts`, 'utf8').matchAll(/\bkind: '([a-z ]+)'/g),
].map(([, kind]) => `ZENDESK_${kind!.toUpperCase().replaceAll(' ', '_')}`)

/** What an access review finds is explained in docs/access-review.md, which has a test of its own. */
const ofReviews = new Set<string>(FINDING_CODES)

const inCode = new Set([...written, ...ofZendesk].filter((code) => !(code in NO_PROBLEMS) && !ofReviews.has(code)))
const inRunbook = runbook
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...line.split(' | ')[0]!.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code!))

describe('docs/operations.md', () => {
  it('finds the codes', () => {
    expect(inCode).toContain('HELD')
    expect(inCode).toContain('FORBIDDEN')
    expect(inCode).toContain('EMAIL_TAKEN')
    expect(inCode).toContain('ZENDESK_RATE_LIMITED')
    expect(inCode.size).toBeGreaterThan(60)
  })

  it('says of every code what is wrong and what to do', () => {
    expect([...inCode].filter((code) => !inRunbook.includes(code))).toEqual([])
  })

  it('names each code once, and none that is no more', () => {
    expect(inRunbook.filter((code) => !inCode.has(code))).toEqual([])
    expect(inRunbook.filter((code, i) => inRunbook.indexOf(code) !== i)).toEqual([])
  })

  it('leaves out only what is there to be left out', () => {
    expect(Object.keys(NO_PROBLEMS).filter((code) => !written.includes(code))).toEqual([])
  })
})
