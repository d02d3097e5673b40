import { z } from 'zod'
import type { Kind } from '../entity.ts'
import { QUEUE_OF, type Operation } from '../queues.ts'
import type { LedgerRecord, RECORD_FIELDS } from './record.ts'

/** What an entity's hash says: a record, nothing, or something that is none, and why. */
export type Decoded =
  | { readonly status: 'known'; readonly record: LedgerRecord }
  | { readonly status: 'unknown' }
  | { readonly status: 'unreadable'; readonly what: string }

export type RecordHash = Readonly<Partial<Record<(typeof RECORD_FIELDS)[number], string>>>

const Whole = z.string().regex(/^\d+$/, 'is no whole number').transform(Number)
const Names = z.string().transform((names) => (names ? names.split(',') : []))
const Attributes = z.record(z.string(), z.unknown())

/** A text that is JSON of this shape. */
export function json<T extends z.ZodType>(shape: T) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.issues.push({ code: 'custom', input: text, message: 'is no JSON' })
        return z.NEVER
      }
    })
    .pipe(shape)
}

const Side = z.looseObject({ presence: z.enum(['active', 'deleted']) })
const Group = Side.extend({ name: z.string() })

const DESIRED = {
  user: z.looseObject({
    presence: z.enum(['active', 'suspended', 'deleted']),
    attributes: Attributes,
    createOnly: z.array(z.string()),
    tagsMode: z.enum(['merge', 'replace']),
    ofAdmin: z.literal(true).optional(),
    despiteTickets: z.literal(true).optional(),
  }),
  group: Group,
  membership: Side,
}

/** What Zendesk holds of an entity, as `Applied` has it. */
export const APPLIED = {
  user: z.looseObject({ presence: z.enum(['active', 'suspended', 'deleted']), attributes: Attributes }),
  group: Group,
  membership: Side.extend({
    userZendeskId: z.number(),
    groupZendeskId: z.number(),
    membershipZendeskId: z.number().nullable(),
  }),
}

/** Zendesk's lasting refusal, as `Rejection` has it. */
export const RejectionText = json(
  z.object({
    revision: z.number(),
    code: z.string(),
    message: z.string(),
    at: z.number(),
    inTheWay: z.object({ id: z.string(), revision: z.number(), appliedRevision: z.number() }).nullish(),
  }),
)

export const OperationName = z.enum(Object.keys(QUEUE_OF) as [Operation, ...Operation[]], 'is no operation')

const HASHES = { user: hashOf('user'), group: hashOf('group'), membership: hashOf('membership') }

/** The fields of an entity's hash that a record is read from, as docs/ledger.md has them. */
function hashOf(kind: Kind) {
  return z.object({
    dn: z.string().default(''),
    label: z.string().default(''),
    revision: Whole.default(0),
    desired: json(DESIRED[kind]).optional(),
    operation: OperationName.optional(),
    changed: Names.default([]),
    appliedRevision: Whole.default(0),
    applied: json(APPLIED[kind]).optional(),
    zendeskId: Whole.optional(),
    origin: z.enum(['created', 'adopted'], 'is neither created nor adopted').optional(),
    suspendedByUs: z.enum(['0', '1'], 'is neither 0 nor 1').default('0'),
    goneSince: Whole.optional(),
    refusal: RejectionText.optional(),
    creationSent: json(z.object({ at: z.number(), name: z.string(), externalId: z.string().nullable() })).optional(),
    lookUpFirst: Whole.optional(),
    unconfirmed: Names.default([]),
    unconfirmedBefore: Names.default([]),
    // Scripts alone rest on these: what they can't read, or would do nothing with for ever, has to be noticed here.
    firstRevision: Whole.optional(),
    presence: z.enum(['active', 'suspended', 'deleted'], 'is no presence').optional(),
    deletionSent: z.string().optional(),
    role: z.string().optional(),
  } satisfies Record<(typeof RECORD_FIELDS)[number], z.ZodType>)
}

/** Reads a record from its Redis hash. */
export function decodeRecord(kind: Kind, id: string, hash: RecordHash): Decoded {
  if (Object.keys(hash).length === 0) return { status: 'unknown' }
  const read = HASHES[kind].safeParse(hash)
  if (!read.success) return { status: 'unreadable', what: whatIsWrong(read.error) }
  const { unconfirmed, unconfirmedBefore, creationSent, lookUpFirst, suspendedByUs, refusal, ...others } = read.data
  const { firstRevision: _first, presence: _presence, deletionSent: _deletion, role, ...fields } = others
  // memberships wait for it
  if (role !== undefined && role !== roleOf(fields.applied, role))
    return { status: 'unreadable', what: "'role' is not the one that was applied" }
  const record = {
    kind,
    id,
    ...fields,
    desired: (fields.desired as LedgerRecord['desired'] | undefined) ?? null,
    operation: fields.operation ?? null,
    applied: (fields.applied as LedgerRecord['applied'] | undefined) ?? null,
    zendeskId: fields.zendeskId ?? null,
    origin: fields.origin ?? null,
    suspendedByUs: suspendedByUs === '1',
    unconfirmed: [...new Set([...unconfirmedBefore, ...unconfirmed])],
    creationSent: creationSent ?? null,
    lookUpFirst: lookUpFirst ?? null,
    rejection: refusal ?? null,
    goneSince: fields.goneSince ?? null,
  }
  return { status: 'known', record }
}

/** The role of what was applied, which is written with it. @param otherwise where nothing tells */
function roleOf(applied: unknown, otherwise: string): unknown {
  return (applied as { attributes?: { role?: unknown } } | undefined)?.attributes?.role ?? otherwise
}

/** Names the field that is wrong, and not its value: that may be anybody's data. */
function whatIsWrong({ issues: [first] }: z.ZodError): string {
  const [field = '', ...inside] = (first?.path ?? []).map(String)
  if (inside.length > 0) return `'${field}' has no '${inside.join('.')}' that can be read`
  return `'${field}' ${first?.message.startsWith('is ') ? first.message : 'is of another shape'}`
}
