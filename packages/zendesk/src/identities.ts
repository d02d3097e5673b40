import { z } from 'zod'
import { Id } from './id.ts'
import { withoutMail } from './no-mail.ts'
import { readAll, readPages } from './pages.ts'
import type { CallOptions, Sender } from './transport.ts'

/** An address, a number or an account elsewhere by which Zendesk knows a user. */
export const Identity = z.looseObject({
  id: Id,
  user_id: Id,
  /** email, phone_number, … */
  type: z.string(),
  value: z.string(),
  verified: z.boolean().nullish(),
  primary: z.boolean().nullish(),
})
export type Identity = z.infer<typeof Identity>

const OneIdentity = z.object({ identity: Identity })
const Identities = z.object({ identities: z.array(Identity) })

export type IdentitiesApi = ReturnType<typeof identitiesApi>

/** Identities refuse tokens of the scope `users:write`: they need the broad `read` and `write`. */
export function identitiesApi(transport: Sender) {
  const pathOf = (userId: number) => `/api/v2/users/${userId}/identities`
  return {
    list(userId: number, options?: CallOptions): Promise<Identity[]> {
      return readAll(readPages(transport, { path: pathOf(userId), key: 'identities', item: Identity }, options))
    },

    /** Zendesk mails nobody for it, whether the address is said to be verified or not. */
    async create(
      userId: number,
      identity: {
        readonly type: string
        readonly value: string
        readonly verified?: boolean
        readonly primary?: boolean
      },
      options?: CallOptions,
    ): Promise<Identity> {
      const body = { identity: withoutMail('create identity', identity) }
      return (await transport.send({ method: 'POST', path: pathOf(userId), body, answer: OneIdentity }, options))
        .identity
    },

    /** Returns all of the user's identities, the primary one first. */
    async makePrimary(userId: number, identityId: number, options?: CallOptions): Promise<Identity[]> {
      const path = `${pathOf(userId)}/${identityId}/make_primary`
      return (await transport.send({ method: 'PUT', path, answer: Identities }, options)).identities
    },

    async delete(userId: number, identityId: number, options?: CallOptions): Promise<void> {
      await transport.send({ method: 'DELETE', path: `${pathOf(userId)}/${identityId}` }, options)
    },
  }
}

/** Whether an identity is this address, whatever the case. */
export function isAddress(value: string): (identity: Pick<Identity, 'type' | 'value'>) => boolean {
  return (identity) => identity.type === 'email' && identity.value.toLowerCase() === value.toLowerCase()
}
