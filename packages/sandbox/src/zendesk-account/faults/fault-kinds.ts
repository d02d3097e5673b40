import { oneUserExceeded, tooMany } from '../limits/rate-limits.ts'
import { forbidden, invalid, notFound, Refusal } from '../refusal.ts'
import { unauthenticated } from '../authenticate.ts'
import type { JobFate } from '../jobs/job-statuses.ts'
import { REFUSAL_SHAPES, type RefusalShape } from './refusal-shapes.ts'

/**
 * What becomes of a request.
 *
 *   refuse   | an answer instead of what was asked for
 *   silence  | no answer; before: nothing was done, after: it was done all the same
 *   job      | a batch that is accepted and goes wrong; other requests do not meet it
 *   expire   | all OAuth tokens end before the request is looked at
 *   slow     | the answer comes late
 */
export type FaultEffect =
  | { readonly kind: 'refuse'; refusal(): Refusal }
  | {
      readonly kind: 'silence'
      readonly when: 'before' | 'after'
      readonly how: 'reset' | 'wait' | 'cut'
      readonly fate?: JobFate
    }
  | { readonly kind: 'job'; readonly fate: JobFate }
  | { readonly kind: 'expire' }
  | { readonly kind: 'slow' }

const ACCOUNT_LIMIT = 'Number of allowed API requests per minute exceeded'
const HTML =
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'
const HTML_TYPE = { 'content-type': 'text/html; charset=utf-8' }
/** How long a lost batch waits until it runs, at clock 1. */
const LOST_BATCH_MS = 60_000

export const FAULT_KINDS = {
  '429': refuse(() => tooMany(ACCOUNT_LIMIT, 2)),
  '429-no-retry-after': refuse(() => tooMany(ACCOUNT_LIMIT, undefined)),
  '429-one-user': refuse(() => oneUserExceeded(2)),
  '409-json': refuse(() => new Refusal(409, { error: 'DatabaseConflict', description: 'Database collision' })),
  '409-text': refuse(() => new Refusal(409, 'Requester creation collision - please try again')),
  ...refusalsOfEveryShape(),
  '422': refuse(() => invalid('phone', 'Phone: is invalid', 'InvalidValue')),
  '500': refuse(() => new Refusal(500, { error: 'InternalError', description: 'Something went wrong' })),
  '503': refuse(
    () => new Refusal(503, { error: 'DatabaseError', description: 'Please try again' }, { 'retry-after': '1' }),
  ),
  '401': refuse(unauthenticated),
  '403': refuse(() => forbidden()),
  '403-scope': refuse(() => forbidden('You are missing the following required scopes: write')),
  '404': refuse(notFound),
  html: refuse(() => new Refusal(502, HTML, HTML_TYPE)),
  'html-200': refuse(() => new Refusal(200, HTML, HTML_TYPE)),
  cut: { kind: 'silence', when: 'after', how: 'cut' },
  'timeout-before': { kind: 'silence', when: 'before', how: 'wait' },
  'timeout-after': { kind: 'silence', when: 'after', how: 'wait' },
  'reset-before': { kind: 'silence', when: 'before', how: 'reset' },
  'reset-after': { kind: 'silence', when: 'after', how: 'reset' },
  'bulk-lost': { kind: 'silence', when: 'after', how: 'reset', fate: { delayMs: LOST_BATCH_MS } },
  'job-failed': { kind: 'job', fate: { fails: true } },
  'results-null': { kind: 'job', fate: { hideResults: true } },
  slow: { kind: 'slow' },
  'token-expired': { kind: 'expire' },
} as const satisfies Record<string, FaultEffect>

export type FaultKind = keyof typeof FAULT_KINDS

/** Those that only a bulk write can meet. */
export function needsBatch(kind: FaultKind): boolean {
  return 'fate' in FAULT_KINDS[kind]
}

function refuse(refusal: () => Refusal): FaultEffect & { kind: 'refuse' } {
  return { kind: 'refuse', refusal }
}

function refusalsOfEveryShape() {
  const kinds = Object.entries(REFUSAL_SHAPES).map(([shape, refusal]) => [`422-${shape}`, refuse(refusal)] as const)
  return Object.fromEntries(kinds) as Record<`422-${RefusalShape}`, FaultEffect & { kind: 'refuse' }> // keys as written
}
