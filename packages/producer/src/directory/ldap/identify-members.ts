import type { Identified } from '../directory.ts'
import { normaliseDn } from '../dn.ts'
import { formatSid, isSid, parseSid } from '../sid.ts'
import { directoryId, equality } from './directory-id.ts'
import type { Reading } from './reading.ts'
import { searchBelowContexts } from './search-below-contexts.ts'

/**
 * The directory ids of members by SID or by DN. Active Directory takes a SID in a filter as it is written ([MS-ADTS]
 * 3.1.1.3.1.3.1), and a DN in `distinguishedName`.
 *
 * @throws as {@link searchBelowContexts}
 */
export async function identifyMembers(
  reading: Reading,
  members: readonly string[],
  bases: readonly string[],
  signal: AbortSignal,
): Promise<Identified> {
  const { idAttribute } = reading
  const asked = new Map(members.map((member) => [keyOf(member), member]))
  const ids = new Map<string, string>()
  let isHidden = false
  const doubt = await searchBelowContexts(
    reading,
    {
      filters: members.map((member) => equality(isSid(member) ? 'objectSid' : 'distinguishedName', member)),
      attributes: [idAttribute, 'objectSid'],
      bases,
    },
    ({ dn, attributes }) => {
      const id = directoryId(idAttribute, attributes.get(idAttribute.toLowerCase()))
      if (id === undefined) {
        isHidden = true
        return
      }
      const [bytes] = attributes.get('objectsid') ?? []
      const sid = Buffer.isBuffer(bytes) ? parseSid(bytes) : undefined
      for (const key of [normaliseDn(dn), ...(sid ? [keyOf(formatSid(sid))] : [])]) {
        const member = asked.get(key)
        if (member !== undefined) ids.set(member, id)
      }
    },
    signal,
  )
  const why = isHidden ? `the bind DN may search for members, and not read '${idAttribute}'` : undefined
  return { ids, ...((doubt ?? why) !== undefined && { doubt: (doubt ?? why)! }) }
}

function keyOf(member: string): string {
  return isSid(member) ? member.toUpperCase() : normaliseDn(member)
}
