/** What the reference load has. */
export interface LoadSize {
  readonly endUsers: number
  readonly agents: number
  readonly groups: number
  /** Of agents only, spread evenly. */
  readonly memberships: number
}

export const REFERENCE: LoadSize = { endUsers: 8_000, agents: 2_000, groups: 200, memberships: 20_000 }

const SUFFIX = 'dc=example,dc=org'

export function userDn(i: number): string {
  return `uid=user${i},ou=people,${SUFFIX}`
}

/** A directory's LDIF. The first users are the agents. */
export function loadLdif({ endUsers, agents, groups, memberships }: LoadSize): string {
  const entries: string[] = ['people', 'groups'].map(
    (ou) => `dn: ou=${ou},${SUFFIX}\nobjectClass: organizationalUnit\nou: ${ou}\n`,
  )
  for (let i = 0; i < agents + endUsers; i++)
    entries.push(
      `dn: ${userDn(i)}\nobjectClass: inetOrgPerson\nobjectClass: worker\nuid: user${i}\ncn: Person Number ${i}\nsn: ${i}\n` +
        `mail: user${i}@example.org\ntelephoneNumber: +49 30 ${100_000 + i}\n`,
    )
  entries.push(groupLdif('agents', range(agents)))
  const perGroup = memberships / Math.max(1, groups)
  for (let g = 0; g < groups; g++)
    entries.push(
      groupLdif(
        `zd-group-${g}`,
        range(perGroup).map((m) => (g * 7 + Math.floor((m * agents) / perGroup) + m) % agents),
      ),
    )
  return entries.join('\n')
}

function groupLdif(cn: string, members: readonly number[]): string {
  const unique = [...new Set(members)]
  const dns = unique.length > 0 ? unique.map(userDn) : [`cn=nobody,${SUFFIX}`]
  return `dn: cn=${cn},ou=groups,${SUFFIX}\nobjectClass: groupOfNames\ncn: ${cn}\n${dns.map((dn) => `member: ${dn}`).join('\n')}\n`
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_one, i) => i)
}
