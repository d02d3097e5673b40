import { z } from 'zod'
import { Duration, Share } from './scalars.ts'

function limit(share: string, min: number, what: string) {
  return z
    .strictObject({
      share: Share.prefault(share).describe('This share of all that the connection manages goes out unasked.'),
      min: z.int().min(0).default(min).describe('So many go out unasked even when the share comes to less.'),
    })
    .prefault({})
    .describe(what)
}

/** How many removals go out without an admin's approval. */
export const GuardConfig = z.strictObject({
  window: Duration.prefault('24h').describe(
    'Removals are counted over this time, so that a slow leak is noticed as well.',
  ),
  users: limit('5%', 10, 'Suspensions, deletions and downgrades of users.'),
  groups: limit('5%', 2, 'Deletions of groups.'),
  memberships: limit('10%', 25, 'Removals of members from groups.'),
  clearings: limit('5%', 25, 'Clearings, counted per attribute: one attribute emptied for many users.'),
})
export type GuardConfig = z.infer<typeof GuardConfig>
