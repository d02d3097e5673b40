import { compareGroups, compareMemberships } from '../../scripts/compare/compare-groups.ts'
import { compareUsers } from '../../scripts/compare/compare-users.ts'
import type { Expected } from '../../scripts/compare/expected.ts'
import { dnKey } from '../../scripts/compare/ldap-entries.ts'
import { readAccount } from '../../scripts/compare/zendesk-account.ts'
import { groupDn } from '../fixtures/people.ts'
import { lookAtDirectory, type SeenEntry } from '../property/look-at-directory.ts'
import type { ChaosStage } from './chaos-stage.ts'

const DISABLED = ['left', 'suspended']

/** What differs between Zendesk, by its public API, and the directory; empty when they are in sync. */
export async function differences({ slapd, sandbox }: Pick<ChaosStage, 'slapd' | 'sandbox'>): Promise<string[]> {
  const expected = expectedOf(
    await lookAtDirectory(slapd, 'inetOrgPerson'),
    await lookAtDirectory(slapd, 'groupOfNames'),
  )
  const account = await readAccount({ url: sandbox.url, ...sandbox.credentials })
  return [
    ...compareUsers(expected, account, new Map()).differences,
    ...compareGroups(expected, account).differences,
    ...compareMemberships(expected, account).differences,
  ]
}

function expectedOf(people: readonly SeenEntry[], groups: readonly SeenEntry[]): Expected {
  const members = (group: SeenEntry) => new Set(group.values('member').map(dnKey))
  const agents = members(groups.find((group) => dnKey(group.dn) === dnKey(groupDn('agents')))!)
  return {
    users: people.map((entry) => {
      const email = entry.values('mail')[0]!
      return {
        dn: dnKey(entry.dn),
        email,
        disabled: DISABLED.includes(entry.values('employeeStatus')[0] ?? ''),
        team: agents.has(dnKey(entry.dn)),
        lead: false,
        externalId: entry.id,
        name: entry.values('displayName')[0] ?? entry.values('cn')[0]!,
        alias: email.slice(0, email.indexOf('@')),
        organization: undefined,
        phone: entry.values('telephoneNumber')[0],
        tags: [],
        costCenter: undefined,
      }
    }),
    inScope: new Set(people.map((entry) => entry.id)),
    groups: new Map(
      groups
        .map((group) => [group.values('cn')[0]!, members(group)] as const)
        .filter(([name]) => name.startsWith('zd-')),
    ),
  }
}
