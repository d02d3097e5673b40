import { z } from 'zod'

/** What a review finds, the gravest first. docs/access-review.md says what each means and what to do. */
export const FINDING_CODES = [
  'NOBODY_IN_DIRECTORY',
  'ENTRY_DISABLED',
  'ADMIN_UNEXPECTED',
  'NOT_LINKED',
  'ROLE_DIFFERS',
  'GROUPS_DIFFER',
  'BRANDS_DIFFER',
  'EMAIL_DIFFERS',
  'NAME_DIFFERS',
  'SUSPENDED_ON_SEAT',
  'SEAT_IDLE',
] as const

export const Finding = z.object({
  code: z.enum(FINDING_CODES),
  zendeskId: z.number(),
  /** What people call the user. */
  who: z.string(),
  what: z.string(),
})
export type Finding = Readonly<z.infer<typeof Finding>>
export type FindingCode = Finding['code']

const Text = z.string().nullable()

/** One team member, as an auditor wants to see them. Masked values are `***`. */
export const TeamMember = z.object({
  zendeskId: z.number(),
  name: Text,
  email: Text,
  role: z.enum(['agent', 'admin']),
  /** By name; null where they have none, or it can't be read. */
  customRole: Text,
  /** Whether they take one of the account's paid seats. */
  seat: z.boolean(),
  suspended: z.boolean(),
  /** ISO 8601, as Zendesk writes it; null for never. */
  lastSignIn: Text,
  createdAt: Text,
  /** By name, sorted; null where Zendesk does not let them be read. */
  groups: z.array(z.string()).nullable(),
  brands: z.array(z.string()).nullable(),
  /**
   * What the directory has of them: the linked entry is in scope, or it is not any more; an entry that is not linked
   * has their address; nothing; or nobody knows, since a directory was not read.
   */
  entry: z.enum(['in scope', 'left', 'not linked', 'none', 'unknown']),
  connection: Text,
  dn: Text,
  directoryId: Text,
  /** Why they have their role. */
  why: z.string(),
  /** The pattern of `accounts.*.protect`. */
  protectedBy: Text,
  /** Whether it is the user whose credentials the product has. */
  apiUser: z.boolean(),
})
export type TeamMember = Readonly<z.infer<typeof TeamMember>>

/** One connection of the account, and how far its directory was read. */
export const ReviewedConnection = z.object({
  connection: z.string(),
  /** Fingerprint of the configuration, less secrets. */
  configuration: z.string(),
  directory: z.object({
    readWhole: z.boolean(),
    /** Entries in scope; null when it was not read. */
    entries: z.number().nullable(),
    /** Why it was not read. */
    why: z.string().exactOptional(),
  }),
  /** When the last cycle that ended well began and ended, ISO 8601; null before there was one. */
  lastCycle: z.object({ startedAt: z.string(), endedAt: z.string() }).nullable(),
})
export type ReviewedConnection = Readonly<z.infer<typeof ReviewedConnection>>

/** An access review of one account: what `--json` prints, and what `--since` reads. */
export const Review = z.object({
  accessReviewOf: z.string(),
  url: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** Of the product. */
  version: z.string(),
  /** Days without a sign-in after which a seat is idle. */
  idleDays: z.number(),
  connections: z.array(ReviewedConnection),
  /** Lists that Zendesk does not let be read, and why. */
  notRead: z.array(z.object({ list: z.string(), why: z.string() })),
  counts: z.object({
    members: z.number(),
    admins: z.number(),
    agents: z.number(),
    suspended: z.number(),
    seats: z.number(),
    findings: z.partialRecord(z.enum(FINDING_CODES), z.number()),
  }),
  members: z.array(TeamMember),
  findings: z.array(Finding),
})
export type Review = Readonly<z.infer<typeof Review>>

/** Whether every directory of the account was read whole: only then nobody is missing among the findings. */
export function isWhole({ connections }: Pick<Review, 'connections'>): boolean {
  return connections.every(({ directory }) => directory.readWhole)
}

/** What stands in the place of a value of a masked attribute. */
export const MASKED = '***'
