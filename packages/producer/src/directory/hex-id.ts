/** A UUID, or 389 Directory Server's nsUniqueId: their case means nothing. */
const HEX_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[0-9a-f]{8}(?:-[0-9a-f]{8}){3}$/i

/** Whether a text has the form of the ids that directories make up by themselves. */
export function isHexId(text: string): boolean {
  return HEX_ID.test(text)
}
