import { z } from 'zod'
import { Duration, Share } from './scalars.ts'

function limit(share: string, min: number, what: string) {
  return z
    .strictObject({ share: Share.prefault(share), min: z.int().min(0).default(min) })
    .prefault({})
    .describe(`${what}: this share of all, but at least \`min\`.`)
}

/** How many removals go out without an admin's approval. */
export const GuardConfig = z.strictObject({
  window: Duration.prefault('24h').describe('Removals are counted over this time.'),
  users: limit('5%', 10, 'Suspensions, deletions and downgrades'),
  groups: limit('5%', 2, 'Group deletions'),
  memberships: limit('10%', 25, 'Membership removals'),
  clearings: limit('5%', 25, 'One attribute emptied for many users'),
})
export type GuardConfig = z.infer<typeof GuardConfig>
