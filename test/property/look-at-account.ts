import type { ShownUser, ZendeskView } from '../fixtures/zendesk-view.ts'

/** What the public API shows of an account, but for its own admins. */
export interface Account {
  readonly users: readonly ShownUser[]
  /** User id → all addresses in lower case, the primary one included. */
  readonly addresses: ReadonlyMap<number, readonly string[]>
}

export async function lookAtAccount(zendesk: ZendeskView): Promise<Account> {
  const users = await zendesk.users()
  const addresses = new Map(
    await Promise.all(
      users.map(async ({ id }) => {
        const { identities } = await zendesk.call<{ identities: { type: string; value: string }[] }>(
          'GET',
          `/api/v2/users/${id}/identities`,
        )
        const emails = identities.filter(({ type }) => type === 'email')
        return [id, emails.map(({ value }) => value.toLowerCase())] as const
      }),
    ),
  )
  return { users, addresses }
}
