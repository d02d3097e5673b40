import { setTimeout as sleep } from 'node:timers/promises'
import { compareGroups, compareMemberships } from '../compare/compare-groups.ts'
import { compareUsers } from '../compare/compare-users.ts'
import { readExpected } from '../compare/expected.ts'
import { readAccount } from '../compare/zendesk-account.ts'
import type { Stage } from './stage.ts'
import type { Progress } from './screen.ts'

/** How far Zendesk has come, seen from outside: by `ldapsearch` and Zendesk's public API. */
export async function look({ company, slapd, sandbox }: Stage): Promise<{ bars: Progress[]; differences: string[] }> {
  const expected = await readExpected(
    { url: slapd.url, bindDn: slapd.adminDn, password: slapd.adminPassword },
    company.suffix,
  )
  const account = await readAccount({ url: sandbox.url, ...sandbox.credentials })
  const phones = company.zendeskBefore.users.flatMap((user) =>
    user.phone === null ? [] : [[user.email.toLowerCase(), user.phone] as const],
  )
  const users = compareUsers(expected, account, new Map(phones))
  const groups = compareGroups(expected, account)
  const memberships = compareMemberships(expected, account)
  const bar = (name: string, { good, all }: { good: number; all: number }) => ({ name, done: good, all })
  return {
    bars: [bar('users', users), bar('groups', groups), bar('memberships', memberships)],
    differences: [...users.differences, ...groups.differences, ...memberships.differences],
  }
}

/**
 * Time to the second look, ms, and the longest between two. Each look takes a dozen requests of the account's minute:
 * one every 1.5 s takes so much of it that the product, which leaves others theirs, waits for the next minute.
 */
const FIRST_MS = 2_500
const LONGEST_MS = 5_000

/** Waits until nothing differs any more. `draw` sees each look. False when it takes longer than `withinMs`. */
export async function followed(
  stage: Stage,
  withinMs: number,
  draw: (bars: Progress[]) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = Date.now() + withinMs
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(1.5 * waitMs, LONGEST_MS)) {
    const { bars, differences } = await look(stage)
    draw(bars)
    if (differences.length === 0 && bars.every(({ all }) => all > 0)) return true
    if (Date.now() > deadline) return false
    await sleep(waitMs, undefined, { signal })
  }
}
