import type { BatchContext } from './context.ts'

/**
 * Makes an address a user's primary one. A PUT of `email` only adds a second identity, so the identities are the way:
 * the address is added unless the user has it, made primary, and the former one removed if `oldEmail: remove`.
 *
 * Each step looks at what is there, so it can be taken up anywhere after a crash.
 */
export async function changeEmail(
  { zendesk, oldEmail }: BatchContext,
  userId: number,
  email: string,
  former: string,
): Promise<void> {
  const identities = await zendesk.identities.list(userId)
  const isAddress = (value: string) => (identity: { type: string; value: string }) =>
    identity.type === 'email' && identity.value.toLowerCase() === value.toLowerCase()

  let identity = identities.find(isAddress(email))
  identity ??= await zendesk.identities.create(userId, { type: 'email', value: email, verified: true })
  if (!identity.primary) await zendesk.identities.makePrimary(userId, identity.id)

  const old = identities.find(isAddress(former))
  if (oldEmail === 'remove' && old && old.id !== identity.id) await zendesk.identities.delete(userId, old.id)
}
