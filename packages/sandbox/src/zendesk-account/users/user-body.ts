import { invalidAttribute } from '../refusal.ts'

/** Attributes of a user in a request, as they come. */
export type UserBody = Readonly<Record<string, unknown>>

const TEXTS = [
  'name',
  'email',
  'phone',
  'alias',
  'details',
  'notes',
  'signature',
  'time_zone',
  'role',
  'locale',
  'remote_photo_url',
]
const FLAGS = [
  'suspended',
  'verified',
  'skip_verify_email',
  'moderator',
  'only_private_comments',
  'shared_phone_number',
]
const IDS = ['organization_id', 'custom_role_id', 'default_group_id', 'locale_id']

/** Refuses types that Zendesk's own schema refuses; of many users, one is enough to refuse them all. */
export function readUserBody(body: unknown, path: string, action: string): UserBody {
  const refuse = (name: string, must: string) =>
    invalidAttribute(
      `You passed an invalid value for the ${name.split('.').at(-1)} attribute. Invalid parameter: ${name} must be ${must} from api/v2/users/${action}`,
    )
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw refuse(path, 'an object')
  const user = body as UserBody
  for (const name of TEXTS) {
    const value = user[name]
    if (value !== undefined && value !== null && typeof value === 'object') throw refuse(`${path}.${name}`, 'a string')
  }
  for (const name of FLAGS) {
    const value = user[name]
    if (value !== undefined && value !== null && typeof value === 'object') throw refuse(`${path}.${name}`, 'a boolean')
  }
  for (const name of IDS) {
    const value = user[name]
    if (value !== undefined && value !== null && !/^\d*$/.test(String(value)))
      throw refuse(`${path}.${name}`, 'an integer')
  }
  if (user['id'] === null) throw refuse(`${path}.id`, 'an integer')
  const { tags, user_fields: fields, agent_brand_ids: brands } = user
  if (tags !== undefined && tags !== null && typeof tags !== 'string' && !Array.isArray(tags))
    throw refuse(`${path}.tags`, 'an array')
  if (brands !== undefined && brands !== null && !Array.isArray(brands))
    throw refuse(`${path}.agent_brand_ids`, 'an array')
  const { organization_ids: organizations } = user
  if (organizations !== undefined && organizations !== null && !Array.isArray(organizations))
    throw refuse(`${path}.organization_ids`, 'an array')
  if (fields !== undefined && fields !== null && (typeof fields !== 'object' || Array.isArray(fields)))
    throw refuse(`${path}.user_fields`, 'an object')
  return user
}
