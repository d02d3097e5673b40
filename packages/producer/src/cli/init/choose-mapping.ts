/** How many people have a value, by attribute. */
export type AttributeCounts = ReadonlyMap<string, number>

/** One attribute of Zendesk's, and what of the directory it is read from. */
export interface Proposal {
  readonly to: string
  /** Attributes as they are written, the first that has a value counts. */
  readonly from: readonly string[]
}

/**
 * What Zendesk's attributes are usually read from, in the order in which they are tried. `all`: every one that somebody
 * has; else the first one.
 */
const USUAL = [
  { to: 'email', from: ['mail', 'userPrincipalName', 'rfc822Mailbox'], take: 'first' },
  { to: 'name', from: ['displayName', 'cn'], take: 'all' },
  { to: 'phone', from: ['telephoneNumber', 'mobile', 'ipPhone'], take: 'first' },
] as const

/** What is worth a look, and needs something in Zendesk or a decision first. */
const WORTH_A_LOOK = [
  { to: 'organization', from: ['company', 'o'] },
  { to: 'tags', from: ['department', 'departmentNumber', 'ou'] },
  { to: 'locale', from: ['preferredLanguage'] },
] as const

/** What is mapped: of what nobody has, nothing but the address and the name, without which there is no user. */
export function chooseMapping(counts: AttributeCounts): Proposal[] {
  const has = countsOf(counts)
  return USUAL.flatMap(({ to, from, take }) => {
    const there = from.filter((one) => has(one) > 0)
    const chosen = take === 'all' ? there : there.slice(0, 1)
    if (chosen.length > 0) return [{ to, from: chosen }]
    return to === 'phone' ? [] : [{ to, from: [from[0]] }]
  })
}

/** What might be mapped as well. */
export function worthALook(counts: AttributeCounts): Proposal[] {
  const has = countsOf(counts)
  return WORTH_A_LOOK.flatMap(({ to, from }) => {
    const there = from.find((one) => has(one) > 0)
    return there === undefined ? [] : [{ to, from: [there] }]
  })
}

/** What directories keep for themselves of an account: nobody maps it. */
const BOOKKEEPING =
  /^(account|admin|bad|code|country|distinguished|dscore|instance|iscritical|last|logon|lockout|manager$|member|nt|object|primarygroup|pwd|samaccounttype|serviceprincipal|shadow|showin|useraccount|usn|when|gid|home|login)/i

/** Whether an attribute is one that people are described by. */
export function isOfPerson(name: string): boolean {
  return !BOOKKEEPING.test(name)
}

/** Names of attributes have no case. */
export function countsOf(counts: AttributeCounts): (name: string) => number {
  const lower = new Map([...counts].map(([name, count]) => [name.toLowerCase(), count]))
  return (name) => lower.get(name.toLowerCase()) ?? 0
}
