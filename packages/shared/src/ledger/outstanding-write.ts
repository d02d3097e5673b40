import { z } from 'zod'
import type { Kind } from '../entity.ts'
import { APPLIED } from './decode-record.ts'

/** One entity of a bulk write, with all that another worker needs to settle it if the sender dies. */
export const OutstandingItem = z.object({
  jobId: z.string(),
  kind: z.enum(['user', 'group', 'membership']),
  id: z.string(),
  revision: z.number(),
  /** What results are matched by: an email, an external id; position comes last. */
  email: z.string().nullable(),
  externalId: z.string().nullable(),
  zendeskId: z.number().nullable(),
  /** What Zendesk will hold when it succeeds; null when the object will be gone. JSON text of an `Applied`. */
  applied: z.string().refine(isJson, 'is no JSON').nullable(),
  suspendedByUs: z.boolean(),
  /** Names of what an update or a removal changes. */
  sent: z.array(z.string()).readonly().optional(),
  /** What a user had whose seat it takes: JSON text of `Entitlements`. */
  entitlements: z.string().refine(isJson, 'is no JSON').optional(),
})
export type OutstandingItem = z.infer<typeof OutstandingItem>

/**
 * A bulk request that outlives its sender. It is recorded before the request goes out, and its entities are closed
 * to other writes until its job status has ended, whoever lives.
 */
export const OutstandingWrite = z.object({
  /**
   * Worker, dot, a UUID. Also the lease token of its entities. The job status it led to is kept beside it, when known.
   */
  id: z.string(),
  connection: z.string(),
  /** The worker that sent it. */
  worker: z.string(),
  call: z.enum(['users create', 'users update', 'users delete', 'memberships create', 'memberships delete']),
  /** When it was recorded, ms since the epoch. */
  at: z.number(),
  /** The slot of the job-status budget that it holds. */
  slot: z.string().nullable(),
  items: z.array(OutstandingItem),
})
export type OutstandingWrite = z.infer<typeof OutstandingWrite>

type Call = OutstandingWrite['call']

/**
 * What the items of a call have to say, for others to settle them:
 *
 *   call               | kind       | what Zendesk will hold | Zendesk id
 *   -------------------|------------|------------------------|-----------
 *   users create       | user       | yes                    |
 *   users update       | user       | yes                    | yes
 *   users delete       | user       |                        | yes
 *   memberships create | membership | yes                    |
 *   memberships delete | membership |                        | yes
 */
const NEEDS: Readonly<Record<Call, { kind: Kind; applied: boolean; zendeskId: boolean }>> = {
  'users create': { kind: 'user', applied: true, zendeskId: false },
  'users update': { kind: 'user', applied: true, zendeskId: true },
  'users delete': { kind: 'user', applied: false, zendeskId: true },
  'memberships create': { kind: 'membership', applied: true, zendeskId: false },
  'memberships delete': { kind: 'membership', applied: false, zendeskId: true },
}

/** Whether an item says what settling its call takes. */
function canBeSettled(call: Call, { kind, applied, zendeskId }: OutstandingItem): boolean {
  const needs = NEEDS[call]
  if (kind !== needs.kind || (needs.zendeskId && zendeskId === null)) return false
  return applied === null ? !needs.applied : APPLIED[kind].safeParse(JSON.parse(applied)).success
}

/**
 * Reads an outstanding write as Redis has it; undefined for what is none, or could never be settled, since somebody
 * edited it, say.
 */
export function readOutstandingWrite(text: string): OutstandingWrite | undefined {
  const write = isJson(text) ? OutstandingWrite.safeParse(JSON.parse(text)).data : undefined
  return write?.items.every((item) => canBeSettled(write.call, item)) ? write : undefined
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
