import { withoutSecrets } from '@provisioner/shared/known-secrets.ts'
import { z } from 'zod'

const MaybeText = z.string().nullish().catch(undefined)

/** One item of a job status, in any of the shapes that its endpoints have. */
export const JobResult = z.looseObject({
  id: z.union([z.number(), z.string()]).nullish().catch(undefined),
  index: z.number().nullish().catch(undefined),
  action: MaybeText,
  status: MaybeText,
  success: z.boolean().nullish().catch(undefined),
  error: z.unknown().optional(),
  details: z.unknown().optional(),
  email: MaybeText,
  external_id: MaybeText,
})
export type JobResult = z.infer<typeof JobResult>

/** What a result says. */
export interface ReadResult {
  readonly failed: boolean
  /** Zendesk's code: `UserUpdateError`. */
  readonly error?: string
  readonly details?: string
  /** The object's id. Never there on a failed item, whose `id` is its position in the request. */
  readonly id?: number
  readonly email?: string
  readonly externalId?: string
  /** The position in the request, where Zendesk tells it. */
  readonly index?: number
}

/**
 * Reads one result. It failed if it has an error, or `success: false`, or the status Failed.
 *
 *   item                                                          | read
 *   --------------------------------------------------------------|---------------------------
 *   {"id":616…,"status":"Created"}                                | id
 *   {"id":616…,"action":"update","status":"Updated","success":true} | id
 *   {"id":2,"error":"UserUpdateError","details":"…","status":"Failed"} | failed, no id
 *   {"index":1,"error":"OrganizationUpdateFailed","id":616…,…}     | failed, index, no id
 *   {"id":616…,"status":"Deleted","success":true,"errors":""}     | id
 */
export function readResult(item: JobResult): ReadResult {
  const error = words(item.error) ?? words(item['errors'])
  const failed = error !== undefined || item.success === false || /^fail/i.test(item.status ?? '')
  const details = words(item.details) ?? words(item['message'])
  const id = typeof item.id === 'string' ? Number(item.id) : item.id
  return {
    failed,
    ...(error !== undefined && { error }),
    ...(details !== undefined && { details }),
    ...(!failed && Number.isSafeInteger(id) && { id: id! }),
    ...(item.email && { email: item.email }),
    ...(item.external_id && { externalId: item.external_id }),
    ...(typeof item.index === 'number' && { index: item.index }),
  }
}

/** A text, or the text of a list or an object; undefined when there is nothing in it. */
function words(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '' || value === false) return undefined
  if (typeof value === 'string') return withoutSecrets(value)
  if (Array.isArray(value) && value.length === 0) return undefined
  return withoutSecrets(JSON.stringify(value))
}
