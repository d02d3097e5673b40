/** A security identifier: who issued it, and the number that it has there. */
export interface Sid {
  readonly domain: string
  /** The relative identifier, its last sub-authority. */
  readonly rid: number
}

/** The domains met, by the bytes before the RID: a handful of them, met a million times. */
const domains = new Map<string, string>()
const DOMAINS_KEPT = 1_000

/**
 * Reads the bytes of `objectSid` ([MS-DTYP] 2.4.2.2): a revision of 1, how many sub-authorities follow, the authority
 * as six bytes with the highest first, and each sub-authority as four with the lowest first. Undefined for bytes that
 * are none.
 *
 *   bytes                                        | domain (2.4.2.1)  | RID
 *   ---------------------------------------------|-------------------|-----
 *   01 01 000000000005 12000000                  | S-1-5             | 18
 *   01 02 000000000005 20000000 20020000         | S-1-5-32          | 544
 *   01 05 000000000005 15000000 … … … 01020000   | S-1-5-21-…-…-…    | 513
 *   too short, too long, of another revision     | –                 |
 */
export function parseSid(bytes: Buffer): Sid | undefined {
  const [revision, count] = bytes
  if (revision !== 1 || !count || count > 15 || bytes.length !== 8 + 4 * count) return undefined
  const end = bytes.length - 4
  const prefix = bytes.toString('latin1', 0, end)
  const domain = domains.get(prefix) ?? domainText(bytes, count - 1)
  if (domains.size < DOMAINS_KEPT) domains.set(prefix, domain)
  return { domain, rid: bytes.readUInt32LE(end) }
}

/** A SID as people write it: `S-1-5-21-11-22-33-1104`. */
export function formatSid({ domain, rid }: Sid): string {
  return `${domain}-${rid}`
}

/** Whether a text is a SID, and no DN. */
export function isSid(text: string): boolean {
  return /^S(?:-\d+)+$/i.test(text)
}

function domainText(bytes: Buffer, count: number): string {
  const parts = Array.from({ length: count }, (_one, at) => bytes.readUInt32LE(8 + 4 * at))
  return ['S-1', bytes.readUIntBE(2, 6), ...parts].join('-')
}
