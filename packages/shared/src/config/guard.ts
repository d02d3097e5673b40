import { z } from 'zod'
import { Duration, Share } from './scalars.ts'

function limited(share: string, min: number, what: string) {
  return z
    .strictObject({
      share: Share.prefault(share).describe('This share of all that the connection manages goes out unasked.'),
      min: z.int().min(0).default(min).describe('So many go out unasked even when the share comes to less.'),
    })
    .describe(what)
}

function limit(share: string, min: number, what: string) {
  return limited(share, min, what).prefault({}).describe(what)
}

/** How much goes out without an admin's approval: of what takes away, of what gives, and of one attribute for many. */
export const GuardConfig = z.strictObject({
  window: Duration.prefault('24h').describe(
    'Changes are counted over this time, so that a slow leak is noticed as well.',
  ),
  users: limit('5%', 10, 'Suspensions, deletions and downgrades of users.'),
  groups: limit('5%', 2, 'Deletions of groups.'),
  memberships: limit('10%', 25, 'Removals of members from groups.'),
  clearings: limit('5%', 25, 'Clearings, counted per attribute: one attribute emptied for many users.'),
  promotions: limit('5%', 5, 'Users who are made an agent or an admin, or are given a custom role.'),
  updates: limit('20%', 50, 'Updates of linked users, counted per attribute: one attribute changed for many users.'),
  creations: limited('5%', 50, 'Creations of users. Without this key they are never held.').optional(),
})
export type GuardConfig = z.infer<typeof GuardConfig>
