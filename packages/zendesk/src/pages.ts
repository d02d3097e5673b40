import { z } from 'zod'
import { ZendeskError } from './errors.ts'
import { PageWatch } from './page-watch.ts'
import type { CallOptions, Sender } from './transport.ts'

/** The most that Zendesk gives in one page. */
export const PAGE_SIZE = 100

const Meta = z.object({ has_more: z.boolean(), after_cursor: z.string().nullish() })

/**
 * Reads a list page by page, by cursor. It ends on `has_more: false`, never on `links.next`, which Zendesk sends with
 * the last page as well.
 *
 * @throws ZendeskError for a list that would be read for ever, or end early: absence is proved only by a list that was
 *   read to its end
 */
export async function* readPages<T>(
  transport: Sender,
  {
    path,
    key,
    item,
    query = {},
  }: { path: string; key: string; item: z.ZodType<T>; query?: Readonly<Record<string, string>> },
  options: CallOptions = {},
): AsyncGenerator<T[], void, undefined> {
  const answer = z.object({ [key]: z.array(item), meta: Meta })
  const watch = new PageWatch()
  let after: string | undefined
  do {
    const page = await transport.send(
      {
        method: 'GET',
        path,
        query: {
          ...query,
          'page[size]': String(PAGE_SIZE),
          ...(after !== undefined && { 'page[after]': after }),
        },
        answer,
      },
      options,
    )
    const { has_more: more, after_cursor: cursor } = page['meta'] as z.output<typeof Meta>
    const items = page[key] as T[]
    after = more ? (cursor ?? '') : undefined
    const fault = after === undefined ? undefined : watch.faultOf(items, after)
    yield items
    if (fault !== undefined) throw new ZendeskError({ kind: 'unreadable' }, { method: 'GET', path }, fault)
  } while (after !== undefined)
}

/**
 * All pages of a list that fits into memory. An item that two pages hold, since the list changed meanwhile, counts
 * once.
 */
export async function readAll<T extends { readonly id: number }>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const byId = new Map<number, T>()
  for await (const page of pages) for (const item of page) byId.set(item.id, item)
  return [...byId.values()]
}
