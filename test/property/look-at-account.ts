import type { ShownGroup, ShownUser, ZendeskView } from '../fixtures/zendesk-view.ts'

/** What the public API shows of an account, but for its own admins. */
export interface Account {
  readonly users: readonly ShownUser[]
  /** User id → all addresses in lower case, the primary one included. */
  readonly addresses: ReadonlyMap<number, readonly string[]>
  readonly groups: readonly ShownGroup[]
  /** User id → ids of the groups that they are in. */
  readonly groupsOf: ReadonlyMap<number, readonly number[]>
}

export async function lookAtAccount(zendesk: ZendeskView): Promise<Account> {
  const [users, groups] = await Promise.all([zendesk.users(), zendesk.groups()])
  const shown = await Promise.all(
    users.map(async ({ id }) => {
      const { identities } = await zendesk.call<{ identities: { type: string; value: string }[] }>(
        'GET',
        `/api/v2/users/${id}/identities`,
      )
      const { group_memberships: memberships } = await zendesk.call<{ group_memberships: { group_id: number }[] }>(
        'GET',
        `/api/v2/users/${id}/group_memberships`,
      )
      const emails = identities.filter(({ type }) => type === 'email').map(({ value }) => value.toLowerCase())
      return { id, emails, groups: memberships.map((one) => one.group_id) }
    }),
  )
  return {
    users,
    groups,
    addresses: new Map(shown.map((one) => [one.id, one.emails])),
    groupsOf: new Map(shown.map((one) => [one.id, one.groups])),
  }
}
