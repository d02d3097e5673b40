import { z } from 'zod'

/** How often a value was written anew that somebody, or something, had changed to another one in Zendesk. */
export const Repair = z.object({
  /** Fingerprint of what was written and what was found in its place. */
  print: z.string(),
  times: z.number(),
  /** The first of these times, ms since the epoch. */
  since: z.number(),
})
export type Repair = Readonly<z.infer<typeof Repair>>

/** Of a user, by the attribute's name as in a plan's changes. */
export const RepairsOfUser = z.record(z.string(), Repair)
export type RepairsOfUser = Readonly<z.infer<typeof RepairsOfUser>>
