import { z } from 'zod'
import { Expression } from './expression.ts'
import { AttributeName, Dn } from './scalars.ts'

/** YAML reads a number as a neighbour of it where it has more digits than a number can hold. */
const ExactNumber = z
  .number()
  .refine((n) => !Number.isInteger(n) || Number.isSafeInteger(n), 'a whole number below 2^53, or a text in quotes')

const Constant = z.union([z.string(), ExactNumber, z.boolean()])
const From = z.union([AttributeName, z.array(AttributeName).min(1)]).transform((from) => [from].flat())

const common = {
  from: From.optional().describe(
    'Directory attribute, or a list of them: the first that has a value counts. Of several values of it the one that Zendesk holds already stays, else the first as the server gives them; `tags`, `brands` and `organizations` take all.',
  ),
  expression: Expression.optional().describe(
    'In place of `from`: a JSONata expression over the entry, such as `givenName & " " & sn`.',
  ),
  parse: z
    .enum(['user-from-email', 'cn-from-dn'])
    .optional()
    .describe(
      'Take a part: what stands before the `@` of an address, or the first value of a DN. Done before `trim` and `case`.',
    ),
  trim: z.boolean().default(true).describe('Take blanks off both ends.'),
  case: z.enum(['upper', 'lower']).optional().describe('Change the case of letters.'),
  default: z
    .union([Constant, z.array(z.string())])
    .optional()
    .describe('The value when the entry has none, or when the expression fails. It is written as it stands.'),
  createOnly: z.boolean().default(false).describe('Write it when the user is created, and never again.'),
  whenEmpty: z
    .enum(['clear', 'keep'])
    .default('clear')
    .describe(
      'What happens in Zendesk when the entry has no value any more. `email`, `name`, `role`, `verified`, `external_id`, `time_zone`, `locale` and `default_group` are never cleared.',
    ),
  expectEmpty: z
    .boolean()
    .default(false)
    .describe('That no entry yields a value, or that no group of `byGroup` has anybody, is meant, and no problem.'),
  masked: z.boolean().default(false).describe('Never show the value in logs, problems or pages.'),
}

const mode = z
  .enum(['merge', 'replace'])
  .default('merge')
  .describe('Add our tags to those that are there, or make ours the only ones.')
const missing = z
  .enum(['report', 'create'])
  .default('report')
  .describe('What to do about an organization that Zendesk does not have.')
const BY_GROUP =
  'DN of a directory group to the value its members get, of `brands` one or a list; members of nested groups included. The first group that the entry is in counts, of `brands` all of them together, before `from` and `expression`.'
const byGroup = z.record(Dn, z.string()).optional().describe(BY_GROUP)
const brandsByGroup = z
  .record(Dn, z.union([z.string(), z.array(z.string()).min(1)]))
  .optional()
  .describe(BY_GROUP)
const allowDowngrade = z
  .boolean()
  .default(false)
  .describe('Let the mapping take an agent’s seat and memberships away. Each counts as a removal at the guard.')

const allowAdmin = z
  .boolean()
  .default(false)
  .describe(
    'Let the mapping make admins. Without it, an entry that the mapping makes an admin is reported, and its role is left alone.',
  )

/** The long form once parsed. `from` is empty when only an expression, a group or a default gives the value. */
export interface AttributeMapping {
  readonly from: readonly string[]
  readonly trim: boolean
  readonly case?: 'upper' | 'lower' | undefined
  readonly parse?: 'user-from-email' | 'cn-from-dn' | undefined
  readonly default?: string | number | boolean | readonly string[] | undefined
  readonly createOnly: boolean
  readonly whenEmpty: 'clear' | 'keep'
  readonly masked: boolean
  readonly expectEmpty: boolean
  readonly expression?: string | undefined
  readonly mode?: 'merge' | 'replace' | undefined
  readonly missing?: 'report' | 'create' | undefined
  readonly byGroup?: Readonly<Record<string, string | readonly string[]>> | undefined
  readonly allowDowngrade?: boolean | undefined
  readonly allowAdmin?: boolean | undefined
}

/** A Zendesk attribute: the directory attribute's name, a list of them as in `from`, or the long form. */
export const AttributeMapping = mapping('mapping', {})
export const TagsMapping = mapping('tags-mapping', { mode })
export const OrganizationMapping = mapping('organization-mapping', { missing })
export const RoleMapping = mapping('role-mapping', { byGroup, allowDowngrade, allowAdmin })
export const CustomRoleMapping = mapping('custom-role-mapping', { byGroup })
export const DefaultGroupMapping = mapping('default-group-mapping', { byGroup })
export const BrandsMapping = mapping('brands-mapping', { byGroup: brandsByGroup })

/** For the advice on a key that stands under the wrong attribute. */
export const KEYS_OF_SOME_MAPPINGS: Readonly<Record<string, string>> = {
  mode: 'tags',
  missing: 'organization',
  byGroup: 'role, custom_role, brands and default_group',
  allowDowngrade: 'role',
  allowAdmin: 'role',
}

function mapping<S extends z.ZodRawShape>(id: string, more: S) {
  const long = z.strictObject({ ...common, ...more }).superRefine((value, context) => {
    // A key that is misspelt is not missing as well.
    if (context.issues.length > 0) return
    const { from, expression, default: fallback, byGroup: groups } = value as Partial<AttributeMapping>
    if (from !== undefined && expression !== undefined)
      context.addIssue({ code: 'custom', path: ['expression'], message: 'either from or expression, not both' })
    if (from === undefined && expression === undefined && fallback === undefined && groups === undefined)
      context.addIssue({
        code: 'custom',
        message: `one of from, expression${'byGroup' in more ? ', byGroup' : ''} or default`,
      })
  })
  return z
    .union([AttributeName, z.array(AttributeName).min(1), long])
    .transform((value): AttributeMapping => {
      const short = typeof value === 'string' || Array.isArray(value)
      const parsed = (short ? long.parse({ from: value }) : value) as Omit<AttributeMapping, 'from'> & {
        from?: string[]
      }
      return { ...parsed, from: parsed.from ?? [] }
    })
    .meta({ id })
}
