import { z } from 'zod'
import { Location } from './location.ts'
import { AttributeName, Duration } from './scalars.ts'

export const GroupsConfig = z.strictObject({
  locations: z
    .array(Location)
    .min(1)
    .describe(
      'Which directory groups become Zendesk groups. With `nested` on any of them, members of groups within a managed group become its members too.',
    ),
  match: AttributeName.default('cn').describe(
    'The attribute that is the Zendesk group’s name. A Zendesk group of that name is linked, not made again.',
  ),
  atCreation: z
    .strictObject({
      description: AttributeName.optional().describe(
        'The group’s attribute whose first value is the description; what agents change of it stays.',
      ),
      is_public: z
        .boolean()
        .default(true)
        .describe('`false` makes private groups. Zendesk can’t make a private group public again.'),
    })
    .prefault({})
    .describe(
      'What a group is created with besides its name. It is never written again, nor to a group that was there.',
    ),
  actions: z
    .strictObject({
      create: z.boolean().default(true).describe('Create groups that Zendesk does not have.'),
      rename: z.boolean().default(true).describe('Rename a group when its entry is renamed.'),
      memberships: z.boolean().default(true).describe('Add and remove members. Zendesk takes agents and admins only.'),
    })
    .prefault({})
    .describe('What may be done. What is switched off is counted and shown, and not done.'),
  remove: z
    .enum(['delete-created', 'delete-all', 'ignore'])
    .default('delete-created')
    .describe(
      'What happens to a Zendesk group whose entry is gone: `delete-created` deletes it if this product created it, `delete-all` deletes linked ones as well, `ignore` leaves it.',
    ),
  membershipAudit: Duration.prefault('1h').describe(
    'How often Zendesk is read for memberships of managed groups that were made by hand.',
  ),
})
export type GroupsConfig = z.infer<typeof GroupsConfig>
