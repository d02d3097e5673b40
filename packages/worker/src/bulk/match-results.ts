import type { OutstandingItem } from '@provisioner/shared/ledger/outstanding-write.ts'

/** One result of a job status, read by the Zendesk client from whichever shape it came in. */
export interface ReadResult {
  readonly failed: boolean
  readonly error?: string | undefined
  readonly details?: string | undefined
  readonly id?: number | undefined
  readonly email?: string | undefined
  readonly externalId?: string | undefined
  /** The item's position in the request, from 0, where Zendesk tells it. */
  readonly index?: number | undefined
}

export type Failure = Exclude<ItemResult, { status: 'succeeded' }>

export type ItemResult =
  | { readonly status: 'succeeded'; readonly zendeskId: number | null }
  | { readonly status: 'failed'; readonly error: string; readonly details: string }
  /** The job status does not say, or was lost with the answer that named it: read back before judging. */
  | { readonly status: 'unclear'; readonly lost?: boolean }

/**
 * Gives each item of a bulk write its own result: by external id, by email, by Zendesk id, by `index`, then by
 * position.
 *
 * A failed result's `id` is a position whose base nobody documents, so it is never trusted; an index or a position
 * counts only when there are as many results as items. An item that no result speaks for stays `unclear`.
 */
export function matchResults(items: readonly OutstandingItem[], results: readonly ReadResult[] | null): ItemResult[] {
  if (results === null) return items.map(() => ({ status: 'unclear' }))
  const byExternalId = new Map(results.flatMap((r) => (r.externalId ? [[r.externalId.toLowerCase(), r]] : [])))
  const byEmail = new Map(results.flatMap((r) => (r.email ? [[r.email.toLowerCase(), r]] : [])))
  const byId = new Map(results.flatMap((r) => (!r.failed && r.id !== undefined ? [[r.id, r]] : [])))
  const inOrder = results.length === items.length ? byIndex(results) : []

  return items.map((item, position) => {
    const named =
      (item.externalId !== null && byExternalId.get(item.externalId.toLowerCase())) ||
      (item.email !== null && byEmail.get(item.email.toLowerCase())) ||
      (item.zendeskId !== null && byId.get(item.zendeskId))
    const result = named || inOrder[position]
    if (!result || (!named && speaksForAnother(result, item))) return { status: 'unclear' }
    if (result.failed) return { status: 'failed', error: result.error ?? 'Failed', details: result.details ?? '' }
    return { status: 'succeeded', zendeskId: result.id ?? item.zendeskId }
  })
}

/**
 * Documented results of creations have an `index`: where every item's is there once, it counts, else the order does.
 */
function byIndex(results: readonly ReadResult[]): readonly ReadResult[] {
  const indexed = new Map(results.map((result) => [result.index, result]))
  const ordered = results.flatMap((_result, index) => indexed.get(index) ?? [])
  return ordered.length === results.length ? ordered : results
}

/** A result that names somebody else is not this item's, whatever its position. */
function speaksForAnother(result: ReadResult, item: OutstandingItem): boolean {
  if (result.externalId && item.externalId) return true
  if (result.email && item.email) return true
  return (
    !result.failed &&
    item.zendeskId !== null &&
    item.kind === 'user' &&
    result.id !== undefined &&
    result.id !== item.zendeskId
  )
}
