import { z } from 'zod'
import { AttributeName, Dn } from './scalars.ts'

const Constant = z.union([z.string(), z.number(), z.boolean()])
const From = z.union([AttributeName, z.array(AttributeName).min(1)]).transform((from) => [from].flat())

const common = {
  from: From.optional().describe('Directory attribute, or several: the first that has a value counts.'),
  trim: z.boolean().default(true).describe('Take blanks off both ends.'),
  case: z.enum(['upper', 'lower']).optional().describe('Change the case of the value.'),
  parse: z
    .enum(['user-from-email', 'cn-from-dn'])
    .optional()
    .describe('Take a part: what stands before the @ of an address, or the first value of a DN.'),
  default: z.union([Constant, z.array(z.string())]).optional().describe('The value when the entry has none, or when the expression fails.'),
  createOnly: z.boolean().default(false).describe('Send it with the creation and never again.'),
  whenEmpty: z
    .enum(['clear', 'keep'])
    .default('clear')
    .describe('What happens in Zendesk when the entry has no value any more. Email, name, role and verified are never cleared.'),
  masked: z.boolean().default(false).describe('Never show the value in logs, problems or pages.'),
  expression: z.string().min(1).optional().describe('JSONata over the entry, in place of `from`.'),
}

const mode = z.enum(['merge', 'replace']).default('merge').describe('Add our tags to those that are there, or make ours the only ones.')
const missing = z
  .enum(['report', 'create'])
  .default('report')
  .describe('What to do about an organization that Zendesk does not have.')
const byGroup = z.record(Dn, z.string()).optional().describe('Directory group, nested ones included, to value; the first that the entry is in counts.')
const allowDowngrade = z
  .boolean()
  .default(false)
  .describe('Let the mapping take an agent’s seat and memberships away. Counts as a removal at the guard.')

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
  readonly expression?: string | undefined
  readonly mode?: 'merge' | 'replace' | undefined
  readonly missing?: 'report' | 'create' | undefined
  readonly byGroup?: Readonly<Record<string, string>> | undefined
  readonly allowDowngrade?: boolean | undefined
}

/** A Zendesk attribute: the directory attribute's name, or the long form. */
export const AttributeMapping = mapping({})
export const TagsMapping = mapping({ mode })
export const OrganizationMapping = mapping({ missing })
export const RoleMapping = mapping({ byGroup, allowDowngrade })
export const CustomRoleMapping = mapping({ byGroup })

function mapping<S extends z.ZodRawShape>(more: S) {
  const long = z.strictObject({ ...common, ...more }).superRefine((value, context) => {
    const { from, expression, default: fallback, byGroup: groups } = value as Partial<AttributeMapping>
    if (from && expression) context.addIssue({ code: 'custom', path: ['expression'], message: 'either from or expression, not both' })
    if (!from && expression === undefined && fallback === undefined && !groups)
      context.addIssue({ code: 'custom', message: `one of from, expression${'byGroup' in more ? ', byGroup' : ''} or default` })
  })
  return z.union([AttributeName, long]).transform((value): AttributeMapping => {
    const parsed = (typeof value === 'string' ? long.parse({ from: value }) : value) as Omit<AttributeMapping, 'from'> & { from?: string[] }
    return { ...parsed, from: parsed.from ?? [] }
  })
}
