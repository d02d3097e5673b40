import { z } from 'zod'
import {
  AttributeMapping,
  BrandsMapping,
  CustomRoleMapping,
  DefaultGroupMapping,
  OrganizationMapping,
  RoleMapping,
  TagsMapping,
} from './attribute-mapping.ts'
import { textLike } from './scalars.ts'

const optional = (what: string) => AttributeMapping.optional().describe(what)

const UserField = textLike(/^\w+$/, 'the key of a user field: letters, digits and underscores')

/** Zendesk attribute to directory attribute: PingFederate's eighteen and more, names in place of ids, user fields. */
export const UserMap = z.strictObject({
  email: AttributeMapping.describe(
    'The address the user signs in with. An entry without one is reported and left out.',
  ),
  name: AttributeMapping.describe('The full name. An entry without one is reported and left out.'),
  alias: optional('The name that customers see in place of the agent’s own.'),
  role: RoleMapping.optional().describe(
    '`end-user`, `agent` or `admin`. Not mapped: new users are end users, and nobody’s role is changed.',
  ),
  custom_role: CustomRoleMapping.optional().describe(
    'The role of an agent where the account has roles of its own, by name or id. It makes its bearer an agent.',
  ),
  default_group: DefaultGroupMapping.optional().describe(
    'The group that counts as an agent’s own, by name or id: one that the directory manages, by its name there, or one of Zendesk’s. It is set once they are a member of it; who is in none of that name is told. End users have none: nothing is written of theirs.',
  ),
  brands: BrandsMapping.optional().describe(
    'The brands whose tickets an agent sees, by name, subdomain or id; all that the entry yields, and no others. End users have none: nothing is written of theirs.',
  ),
  external_id: optional('In place of the directory id that `externalId` writes. Each user needs another one.'),
  organization: OrganizationMapping.optional().describe('The user’s organization, by name or id.'),
  organizations: optional(
    'The user’s organizations, by name or id, in place of `organization`, on accounts that allow several: all values of the directory attribute, at most 300, and no others. Which of them is the default one is left to Zendesk.',
  ),
  phone: optional('The telephone number.'),
  shared_phone_number: optional(
    'Whether the number is shared, and no direct line of the user’s own. Not mapped: Zendesk makes one that nobody else has a direct line. Written together with `phone`.',
  ),
  remote_photo_url: optional(
    'Where the user’s picture is, on the web: Zendesk fetches it, later, and does not say so. It never shows the address: the picture is written when the directory’s value changes, and compared with nothing.',
  ),
  details: optional('Details, several lines.'),
  notes: optional('Notes, several lines; agents see them.'),
  signature: optional('The signature below an agent’s comments.'),
  tags: TagsMapping.optional().describe('Tags; each value of the directory attribute becomes one.'),
  time_zone: optional('The time zone: Zendesk’s name, such as `Berlin`, or IANA’s, such as `Europe/Berlin`.'),
  locale: optional('The language, by name, tag (`de`) or id.'),
  verified: optional('Whether the address counts as verified.'),
  moderator: optional('Whether the user moderates the help center’s community.'),
  only_private_comments: optional('Whether an agent may write private comments only.'),
  ticket_restriction: optional('Which tickets the user sees: `organization`, `groups`, `assigned` or `requested`.'),
  user_fields: z
    .record(UserField, AttributeMapping)
    .optional()
    .describe(
      'User fields of the account’s own, by their key in Zendesk. A lookup field of users, such as a manager’s, is mapped from an attribute that holds the DN of the other person’s entry; it gets the user whom this connection has linked to that entry, as soon as there is one.',
    ),
})
export type UserMap = z.infer<typeof UserMap>
