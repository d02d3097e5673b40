import { z } from 'zod'
import type { Kind } from '../entity.ts'
import type { Operation } from '../queues.ts'

/**
 * What the guard looks at apart. Which of them are counted, against which limit, and which are held one by one is the
 * table of `plan/guard.ts`.
 */
export type GuardCategory =
  | 'users'
  | 'groups'
  | 'memberships'
  | `clearings:${string}`
  | 'promotions'
  | 'creations'
  | `updates:${string}`
  | 'adoptions'
  | 'recreations'
  /** Everything else: nothing of it is held, unless an admin rejected it. */
  | 'changes'

/**
 * Categories of which each is held, however few there are, until an admin approves it by name or with the first plan.
 */
export function isHeldOneByOne(category: GuardCategory): boolean {
  return category === 'adoptions' || category === 'recreations'
}

/** A change that is kept back until an admin approves. It is never desired before that. */
export const HeldChange = z.object({
  /** `kind|id`, and for a part of a change `kind|id|attribute`: see `formatHeldKey`. */
  key: z.string(),
  // What another version calls its categories and operations is shown as it is.
  category: z.string() as unknown as z.ZodType<GuardCategory>,
  /** `link user` is no job: an entry would be joined to a user that Zendesk has already. */
  operation: z.string() as unknown as z.ZodType<Operation | `link ${Kind}`>,
  dn: z.string(),
  label: z.string(),
  /** Why it would be done, or what of it is held: `deleted`, `disabled`, `emptied`, `from end-user to agent`. */
  cause: z.string(),
  /** What would be done, as a fingerprint: a decision holds for that and for nothing else. */
  print: z.string(),
  /** Milliseconds since the epoch. */
  since: z.number(),
})
export type HeldChange = Readonly<z.infer<typeof HeldChange>>

/** How far a category of a plan goes beyond its limit: "12 of 145; limit 7 in 24 h". */
export const GuardMeasure = z.object({
  /** Changes of the plan that nobody has decided on. */
  asked: z.number(),
  /** How many of them there are in our care. */
  known: z.number(),
  limit: z.number(),
  /** How much of the limit was used up inside the window before. */
  used: z.number(),
  windowMs: z.number(),
})
export type GuardMeasure = Readonly<z.infer<typeof GuardMeasure>>
