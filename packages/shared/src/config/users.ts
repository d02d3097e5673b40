import { z } from 'zod'
import { AttributeMapping, CustomRoleMapping, OrganizationMapping, RoleMapping, TagsMapping } from './attribute-mapping.ts'
import { Location } from './location.ts'
import { ALWAYS } from './scalars.ts'

export type { StatusConfig } from './directory.ts'

/** Zendesk attribute to directory attribute: PingFederate's eighteen, names in place of ids, and user fields. */
export const UserMap = z.strictObject({
  email: AttributeMapping.describe('The address that links an entry to a Zendesk user.'),
  name: AttributeMapping.describe('The full name.'),
  alias: AttributeMapping.optional().describe('The name that end users see.'),
  role: RoleMapping.optional().describe('end-user, agent or admin. Without it: end-user.'),
  custom_role: CustomRoleMapping.optional().describe('An agent’s role, by name or id.'),
  external_id: AttributeMapping.optional().describe('In place of the directory id.'),
  organization: OrganizationMapping.optional().describe('By name or id.'),
  phone: AttributeMapping.optional(),
  details: AttributeMapping.optional(),
  notes: AttributeMapping.optional(),
  signature: AttributeMapping.optional().describe('Agents only.'),
  tags: TagsMapping.optional(),
  time_zone: AttributeMapping.optional().describe('Zendesk’s name of the zone, such as Berlin.'),
  locale: AttributeMapping.optional().describe('By name, tag or id.'),
  verified: AttributeMapping.optional(),
  moderator: AttributeMapping.optional(),
  only_private_comments: AttributeMapping.optional(),
  ticket_restriction: AttributeMapping.optional().describe('organization, groups, assigned or requested.'),
  user_fields: z.record(z.string().regex(/^\w+$/, 'the key of a user field'), AttributeMapping).optional().describe('Custom user fields, by key.'),
})
export type UserMap = z.infer<typeof UserMap>

const Removal = z.enum(['suspend', 'delete', 'ignore'])

export const UsersConfig = z
  .strictObject({
    locations: z.array(Location).min(1).describe('The source locations: who is in scope.'),
    match: z.enum(['email', 'external_id']).default('email').describe('How users that exist in Zendesk already are recognised.'),
    actions: z
      .strictObject({ create: z.boolean().default(true), update: z.boolean().default(true) })
      .prefault({})
      .describe('What may be done. What is held back is counted and shown.'),
    provisionDisabled: z.boolean().default(false).describe('Create entries that are disabled, as suspended users.'),
    remove: z
      .strictObject({ disabled: Removal.default('suspend'), deleted: Removal.default('suspend'), outOfScope: Removal.default('suspend') })
      .prefault({})
      .describe('What happens to a user whose entry is disabled, deleted, or out of the locations.'),
    emailReuse: z.enum(['hold', 'relink']).default('hold').describe('What happens when a new entry has the address of one that left.'),
    oldEmail: z.enum(['keep', 'remove']).default('keep').describe('What happens to the former address after an email change.'),
    externalId: z.enum(['directoryId', 'none']).default('directoryId').describe('What Zendesk’s external id carries, unless it is mapped.'),
    verificationMail: z.boolean().default(false).describe('Let Zendesk mail the users that are created.'),
    map: UserMap.describe('Zendesk attribute: directory attribute, or the long form.'),
  })
  .superRefine((users, context) => {
    if (users?.provisionDisabled === true && users.remove?.disabled === 'delete')
      context.addIssue({
        code: 'custom',
        path: ['remove', 'disabled'],
        message: 'suspend or ignore: with provisionDisabled, a disabled user would be deleted and created again in every cycle',
      })
    if (users?.externalId === 'none' && users.map?.external_id)
      context.addIssue({ code: 'custom', path: ['externalId'], message: 'directoryId, or no map.external_id: external_id is mapped below' })
    if (users?.match === 'external_id' && users.externalId === 'none')
      context.addIssue({ code: 'custom', path: ['match'], message: 'email, since externalId is none and nothing would ever match' })
  }, ALWAYS)
export type UsersConfig = z.infer<typeof UsersConfig>
