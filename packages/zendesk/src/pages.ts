import { z } from 'zod'
import { ZendeskError } from './errors.ts'
import type { CallOptions, Transport } from './transport.ts'

/** The most that Zendesk gives in one page. */
export const PAGE_SIZE = 100

const Meta = z.object({ has_more: z.boolean(), after_cursor: z.string().nullish() })

/**
 * Reads a list page by page, by cursor. It ends on `has_more: false`, never on `links.next`, which Zendesk sends with the
 * last page as well.
 */
export async function* readPages<T>(
  transport: Transport,
  {
    path,
    key,
    item,
    query = {},
  }: { path: string; key: string; item: z.ZodType<T>; query?: Readonly<Record<string, string>> },
  options: CallOptions = {},
): AsyncGenerator<T[], void, undefined> {
  const answer = z.object({ [key]: z.array(item), meta: Meta })
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
    const meta = page['meta'] as z.output<typeof Meta>
    yield page[key] as T[]
    const next: string | undefined = meta.has_more ? (meta.after_cursor ?? '') : undefined
    // It would be read for ever, or end early: absence is proved only by a list that was read to its end.
    if (next === '' || (next !== undefined && next === after))
      throw new ZendeskError(
        { kind: 'unreadable' },
        { method: 'GET', path },
        'The list has more pages and no cursor to them',
      )
    after = next
  } while (after !== undefined)
}

/** All pages of a list that fits into memory. An item that two pages hold, since the list changed meanwhile, counts once. */
export async function readAll<T extends { readonly id: number }>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const byId = new Map<number, T>()
  for await (const page of pages) for (const item of page) byId.set(item.id, item)
  return [...byId.values()]
}
