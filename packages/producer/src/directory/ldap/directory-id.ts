import { decodeDirectoryId, encodeDirectoryId } from '@provisioner/shared/entity.ts'
import type { Value } from '../entry.ts'
import { isHexId } from '../hex-id.ts'

/** Attributes, in lower case, with a GUID as Microsoft lays out its bytes. */
const MIXED_ENDIAN = new Set(['objectguid', 'ms-ds-consistencyguid'])

/**
 * The directory id that an id attribute's values mean; undefined when there is not exactly one value.
 *
 *   value                      | directory id
 *   ---------------------------|--------------------------------------
 *   objectGUID, sixteen bytes  | UUID as Microsoft's tools show it
 *   other bytes                | hex
 *   entryUUID, nsUniqueId      | as it is, in lower case
 *   other text                 | as it is, percent-encoded for keys
 */
export function directoryId(attribute: string, values: readonly Value[] | undefined): string | undefined {
  const [value, ...more] = values ?? []
  if (value === undefined || value.length === 0 || more.length > 0) return undefined
  if (typeof value === 'string') return isHexId(value) ? value.toLowerCase() : encodeDirectoryId(value)
  return MIXED_ENDIAN.has(attribute.toLowerCase()) && value.length === 16 ? guid(value) : value.toString('hex')
}

/**
 * A filter that finds the entry with a directory id: what {@link directoryId} makes of a value, the other way round.
 *
 * @param isBytes whether the attribute's values are read as bytes
 */
export function idFilter(attribute: string, id: string, isBytes: boolean): string {
  if (!isBytes) return equality(attribute, isHexId(id) ? id : decodeDirectoryId(id))
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  const isGuid = MIXED_ENDIAN.has(attribute.toLowerCase()) && bytes.length === 16
  return equality(attribute, isGuid ? swapped(bytes) : bytes)
}

/** A filter for a value, whatever is in it: a backslash and two hexadecimal digits for each byte (RFC 4515, 3). */
export function equality(attribute: string, value: string | Buffer): string {
  return `(${attribute}=${Buffer.from(value as string)
    .toString('hex')
    .replaceAll(/../g, '\\$&')})`
}

function guid(bytes: Buffer): string {
  return swapped(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The first three groups of a GUID are little-endian numbers ([MS-DTYP] 2.3.4). */
function swapped(bytes: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(bytes.subarray(0, 4)).reverse(),
    Buffer.from(bytes.subarray(4, 6)).reverse(),
    Buffer.from(bytes.subarray(6, 8)).reverse(),
    bytes.subarray(8),
  ])
}
