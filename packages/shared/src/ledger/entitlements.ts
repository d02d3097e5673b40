import { z } from 'zod'

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/**
 * What a team member had who has lost their seat, as Zendesk showed it right before: it is given back with the access.
 * When all but the default group is given back, that alone stays until the user is in that group again. The same is
 * kept of who is to get another default group by the mapping, until a cycle has seen that they have it.
 */
export const Entitlements = z.object({
  /** Zendesk's names and values: the role, the custom role, and what Zendesk takes from end users. */
  attributes: z.record(z.string(), z.union([Scalar, z.array(z.string()), z.array(z.number())])),
  /** Zendesk's ids of their groups. */
  groups: z.array(z.number()),
  defaultGroup: z.number().nullable(),
  /** Set while they are in the account's default group unasked, and are to leave it. */
  unasked: z.literal(true).exactOptional(),
})
export type Entitlements = Readonly<z.infer<typeof Entitlements>>

/** That nothing is kept. */
export const NOTHING_KEPT: Entitlements = { attributes: {}, groups: [], defaultGroup: null }

/** That a user is to have this default group, by Zendesk's id, once they are a member of it. */
export function awaiting(defaultGroup: number): Entitlements {
  return { ...NOTHING_KEPT, defaultGroup }
}

/** The same, with the user's directory id. */
export interface KeptEntitlements {
  readonly id: string
  readonly entitlements: Entitlements
}

/** Whether anything is kept at all. */
export function keepsAnything(kept: Entitlements): boolean {
  return isWhole(kept) || kept.defaultGroup !== null || kept.unasked === true
}

/** Whether there is more to give back than a default group. */
export function isWhole({ attributes }: Entitlements): boolean {
  return attributes['role'] !== undefined
}
