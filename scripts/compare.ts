import { sampleCompany } from '../packages/sandbox/src/company/sample-company.ts'
import { compareGroups, compareMemberships } from './compare/compare-groups.ts'
import { compareUsers } from './compare/compare-users.ts'
import { readExpected } from './compare/expected.ts'
import { readAccount } from './compare/zendesk-account.ts'

export interface CompareOptions {
  readonly ldapUrl: string
  readonly bindDn: string
  readonly password: string
  readonly suffix: string
  readonly zendeskUrl: string
  readonly clientId: string
  readonly clientSecret: string
}

export interface Comparison {
  /** What differs, in words. */
  readonly lines: readonly string[]
  /** `in sync: users N/N, groups N/N, memberships N/N` */
  readonly summary: string
  /** True when nothing differs, and there is something of each. */
  readonly inSync: boolean
}

/**
 * Compares the sample company's directory with the Zendesk account, attribute by attribute. It imports nothing of the
 * product: it reads with `ldapsearch` and by Zendesk's public API.
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { ldapUrl: url, bindDn, password, suffix } = options
  const expected = await readExpected({ url, bindDn, password }, suffix)
  const account = await readAccount({
    url: options.zendeskUrl,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
  })
  const before = sampleCompany().zendeskBefore.users.flatMap((user) =>
    user.phone === null ? [] : [[user.email.toLowerCase(), user.phone] as const],
  )
  const scores = {
    users: compareUsers(expected, account, new Map(before)),
    groups: compareGroups(expected, account),
    memberships: compareMemberships(expected, account),
  }
  const counts = Object.entries(scores).map(([name, { good, all }]) => `${name} ${good}/${all}`)
  return {
    lines: Object.values(scores).flatMap((score) => score.differences),
    summary: `in sync: ${counts.join(', ')}`,
    inSync: Object.values(scores).every(({ good, all }) => all > 0 && good === all),
  }
}

if (import.meta.main) {
  const { env } = process
  const need = (name: string): string => env[name] ?? fail(`Set ${name}`)
  const { lines, summary, inSync } = await compare({
    ldapUrl: need('LDAP_URL'),
    bindDn: need('LDAP_BIND_DN'),
    password: need('LDAP_PASSWORD'),
    suffix: env['LDAP_SUFFIX'] ?? 'dc=example,dc=org',
    zendeskUrl: need('ZENDESK_URL'),
    clientId: need('ZENDESK_CLIENT_ID'),
    clientSecret: need('ZENDESK_CLIENT_SECRET'),
  })
  for (const line of lines.slice(0, 20)) process.stdout.write(`${line}\n`)
  process.stdout.write(`${summary}\n`)
  process.exitCode = inSync ? 0 : 1
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}
