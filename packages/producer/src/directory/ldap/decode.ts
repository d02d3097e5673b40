import type { Attribute, SearchEntry } from 'ldapts'
import { isSecretAttribute } from '@provisioner/shared/config/secret-attributes.ts'
import type { Value } from '../entry.ts'

/**
 * Active Directory gives the values of a large attribute in ranges: `member;range=0-1499` ([MS-ADTS] 3.1.1.3.1.3.3).
 */
const RANGE = /^(.+);range=(\d+)-(\d+|\*)$/i

/** The first byte of a byte order mark in UTF-8; other characters may start with it as well. */
const BYTE_ORDER_MARK = 0xef

/** A list of values that the server has not given to its end. */
export interface OpenRange {
  readonly name: string
  /** The position to ask for. */
  readonly next: number
}

/** One piece of a list that a server gives in ranges. */
export interface RangePiece {
  readonly name: string
  readonly start: number
  /** Undefined in the last piece. */
  readonly end: number | undefined
  readonly values: Value[]
}

/** Whether a server has given a list in part, so that the rest has to be asked for. */
export function hasRanges(entry: SearchEntry): boolean {
  return entry.attributes.some(({ type }) => type.includes(';') && RANGE.test(type))
}

/** An entry whose lists may still lack values. */
export interface DecodedEntry {
  readonly dn: string
  /** By lower-case name; never an empty list. */
  readonly attributes: Map<string, Value[]>
  readonly open: readonly OpenRange[]
}

/**
 * Takes an answer's entry apart; `*` may have brought secrets along, which nobody gets. `binary` holds the lower-case
 * names of attributes whose values are bytes.
 */
export function decodeEntry(entry: SearchEntry, binary: ReadonlySet<string>): DecodedEntry {
  const attributes = new Map<string, Value[]>()
  const open: OpenRange[] = []
  for (const attribute of entry.attributes) {
    const known = knownType(attribute.type)
    if (known.isSecret) continue
    const piece = decodeRange(attribute, binary)
    const name = piece?.name ?? known.name
    const values = piece?.values ?? decodeValues(attribute, name, binary)
    const before = attributes.get(name)
    if (before !== undefined) before.push(...values)
    else if (values.length > 0) attributes.set(name, values)
    if (piece?.end !== undefined) open.push({ name, next: piece.end + 1 })
  }
  return { dn: entry.name, attributes, open }
}

/** The attribute as a piece of a list; undefined when the server gave it whole. */
export function decodeRange(attribute: Attribute, binary: ReadonlySet<string>): RangePiece | undefined {
  if (!attribute.type.includes(';')) return undefined
  const [, type, start, end] = RANGE.exec(attribute.type) ?? []
  if (type === undefined || start === undefined || end === undefined) return undefined
  const name = type.toLowerCase()
  const values = decodeValues(attribute, name, binary)
  return { name, start: Number(start), end: end === '*' ? undefined : Number(end), values }
}

/** What is to be known of an attribute by what a server calls it: a handful of names, met a million times. */
interface KnownType {
  /** Its key in entries. */
  readonly name: string
  readonly isSecret: boolean
}

const types = new Map<string, KnownType>()
const TYPES_KEPT = 1_000

function knownType(type: string): KnownType {
  const before = types.get(type)
  if (before !== undefined) return before
  const known = { name: type.toLowerCase().replace(/;binary$/, ''), isSecret: isSecretAttribute(type) }
  if (types.size < TYPES_KEPT) types.set(type, known)
  return known
}

/**
 * ldapts has decoded what is valid UTF-8. It leaves a byte order mark out, and takes bytes for text where they happen
 * to be valid; the bytes it keeps beside are the truth.
 */
function decodeValues({ values, parsedBuffers: bytes }: Attribute, name: string, binary: ReadonlySet<string>): Value[] {
  if (binary.has(name)) return bytes.map((value) => Buffer.from(value))
  const decoded: Value[] = values // ldapts makes the list for this answer and forgets it
  for (const [at, value] of decoded.entries()) {
    // a copy, or a few bytes would hold on to the whole answer
    if (typeof value !== 'string') decoded[at] = Buffer.from(value)
    else if (bytes[at]?.[0] === BYTE_ORDER_MARK) decoded[at] = bytes[at].toString('utf8')
  }
  return decoded
}
