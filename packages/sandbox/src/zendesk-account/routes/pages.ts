import { invalidAttribute, Refusal, tooManyValues } from '../refusal.ts'
import type { Answer, Call } from './route.ts'

const MAX_PAGE = 100
const MAX_OFFSET_PAGES = 100

interface ListOptions<T> {
  /** In the order of the list. */
  readonly items: readonly T[]
  readonly key: string
  /** What the order goes by; its cursors are good for no other. */
  readonly sort: string
  /** The order, where it is another one than that of `items`: by a value, and by id where two have the same. */
  readonly order?: { valueOf(item: T): string; readonly descending: boolean }
  readonly path: string
  show(item: T): object
}

/**
 * A list, by cursor when `page[size]` or `page[after]` is asked for and by offset otherwise. A cursor holds the
 * position of an item, not a number of items: what is put before it meanwhile is never seen. `links.next` comes with
 * the last page also.
 */
export function listPage<T extends { readonly id: number; readonly name?: string }>(
  call: Call,
  options: ListOptions<T>,
): Answer {
  const { query } = call
  if (query['page[size]'] === undefined && query['page[after]'] === undefined && query['page[before]'] === undefined)
    return offsetPage(call, options)
  const size = readSize(query['page[size]'] ?? '100')
  const { key, sort, order } = options
  const valueOf = order?.valueOf ?? ((item: T) => (sort === 'id' ? '' : (item.name ?? '').toLowerCase()))
  const sign = order?.descending ? -1 : 1
  const items = order
    ? options.items.toSorted((a, b) => sign * comparePositions([valueOf(a), a.id], [valueOf(b), b.id]))
    : options.items
  const cursor = (item: T) => cursorOf([valueOf(item), item.id], sort)
  const after = query['page[after]'] === undefined ? undefined : readCursor(query['page[after]'], sort)
  const at = after && items.findIndex((item) => sign * comparePositions([valueOf(item), item.id], after) > 0)
  const start = at === undefined ? 0 : at < 0 ? items.length : at
  const page = items.slice(start, start + size)
  const first = page[0]
  const last = page.at(-1)
  const url = (side: 'before' | 'after', item: T | undefined) =>
    item === undefined ? null : linkTo(call, options.path, { [`page[${side}]`]: cursor(item), 'page[size]': size })
  return {
    status: 200,
    body: {
      [key]: page.map(options.show),
      meta: {
        has_more: start + size < items.length,
        after_cursor: last ? cursor(last) : null,
        before_cursor: first ? cursor(first) : null,
      },
      links: { prev: url('before', first), next: url('after', last) },
    },
  }
}

/** 100 pages at most. */
export function offsetPage<T>(call: Call, { items, key, path, show }: Omit<ListOptions<T>, 'sort' | 'order'>): Answer {
  const page = Math.max(1, Number(call.query['page'] ?? 1) || 1)
  const size = Math.min(MAX_PAGE, Math.max(1, Number(call.query['per_page'] ?? MAX_PAGE) || MAX_PAGE))
  if (page > MAX_OFFSET_PAGES)
    throw new Refusal(400, {
      errors: [
        {
          code: 'InvalidPaginationDepth',
          title: 'Invalid Pagination Depth',
          detail: 'Number of pages exceeds the limit of 100. Use cursor pagination.',
        },
      ],
    })
  const url = (number: number) => linkTo(call, path, { page: number, per_page: size })
  return {
    status: 200,
    body: {
      [key]: items.slice((page - 1) * size, page * size).map(show),
      next_page: page * size < items.length ? url(page + 1) : null,
      previous_page: page > 1 ? url(page - 1) : null,
      count: items.length,
    },
  }
}

/** Another page of the list that was asked for: what the request says besides, such as a search, stays. */
export function linkTo(
  { account, query }: Call,
  path: string,
  page: Readonly<Record<string, string | number>>,
): string {
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(page)) asked.set(name, String(value))
  for (const [name, value] of Object.entries(query))
    if (!/^(page(\[\w+\])?|per_page)$/.test(name)) asked.set(name, value)
  return `${account.origin}/api/v2/${path}.json?${asked.toString()}`
}

/** Ids of a query's parameter, 100 at most. */
export function readList(text: string): string[] {
  const values = text
    .split(',')
    .map((value) => value.trim())
    .filter(Boolean)
  if (values.length > MAX_PAGE) throw tooManyValues()
  return values
}

function readSize(text: string): number {
  const size = Number(text)
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE)
    throw new Refusal(400, {
      errors: [
        {
          code: 'InvalidPaginationParameter',
          title: 'Invalid pagination parameter',
          detail: 'page[size] must be between 1 and 100',
        },
      ],
    })
  return size
}

type Position = readonly [value: string, id: number]

function cursorOf(value: Position, sort: string): string {
  return Buffer.from(JSON.stringify({ o: sort, v: Buffer.from(JSON.stringify(value)).toString('base64') })).toString(
    'base64',
  )
}

function readCursor(cursor: string, sort: string): Position {
  try {
    const { o, v } = JSON.parse(Buffer.from(cursor, 'base64').toString()) as {
      o: string
      v: string
    }
    if (o === sort) return JSON.parse(Buffer.from(v, 'base64').toString()) as Position
  } catch {
    // Refused below, as a cursor of another list is.
  }
  throw invalidAttribute('You passed an invalid value for the page[after] attribute. Cursor is not valid')
}

function comparePositions([a, id]: Position, [b, other]: Position): number {
  return a === b ? id - other : a < b ? -1 : 1
}

/** The order of the list of groups. */
export function compareNames(
  one: { readonly id: number; readonly name?: string },
  other: { readonly id: number; readonly name?: string },
): number {
  return comparePositions([(one.name ?? '').toLowerCase(), one.id], [(other.name ?? '').toLowerCase(), other.id])
}
