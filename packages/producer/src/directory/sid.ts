/**
 * A security identifier's text ([MS-DTYP] 2.4.2.1) from its bytes (2.4.2.2): a revision of 1, how many sub-authorities
 * follow, the authority as six bytes with the highest first, and each sub-authority as four with the lowest first.
 * Undefined for bytes that are none.
 *
 *   bytes                                        | text
 *   ---------------------------------------------|------------------
 *   01 01 000000000005 12000000                  | S-1-5-18
 *   01 02 000000000005 20000000 20020000         | S-1-5-32-544
 *   01 05 000000000005 15000000 … … … 01020000   | S-1-5-21-…-…-…-513
 *   too short, too long, of another revision     | –
 */
export function sidText(bytes: Buffer): string | undefined {
  const [revision, count] = bytes
  if (revision !== 1 || count === undefined || count > 15 || bytes.length !== 8 + 4 * count) return undefined
  const parts = Array.from({ length: count }, (_one, at) => bytes.readUInt32LE(8 + 4 * at))
  return ['S-1', bytes.readUIntBE(2, 6), ...parts].join('-')
}

/**
 * The SID of an account's primary group: that of the account with its last part, the RID, in the place of which stands
 * `primaryGroupID`, since both are of one domain ([MS-ADTS] 3.1.1.5.2.7, [MS-SAMR] 2.2.7.1).
 */
export function primaryGroupSid(account: string, primaryGroupId: string): string | undefined {
  return /^\d{1,10}$/.test(primaryGroupId) ? account.replace(/\d+$/, primaryGroupId) : undefined
}
