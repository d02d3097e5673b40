import { z } from 'zod'
import { Location } from './location.ts'
import { AttributeName, Duration } from './scalars.ts'

export const GroupsConfig = z.strictObject({
  locations: z.array(Location).min(1).describe('Which directory groups become Zendesk groups. `nested` makes members of nested groups members too.'),
  match: AttributeName.default('cn').describe('The attribute that is the Zendesk group’s name.'),
  actions: z
    .strictObject({ create: z.boolean().default(true), rename: z.boolean().default(true), memberships: z.boolean().default(true) })
    .prefault({})
    .describe('What may be done. What is held back is counted and shown.'),
  remove: z
    .enum(['delete-created', 'delete-all', 'ignore'])
    .default('delete-created')
    .describe('What happens to a group whose entry is gone: delete it if we created it, in any case, or never.'),
  membershipAudit: Duration.prefault('1h').describe('How often hand-made memberships of managed groups are looked for.'),
})
export type GroupsConfig = z.infer<typeof GroupsConfig>
