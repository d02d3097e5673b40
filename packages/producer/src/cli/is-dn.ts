/** A DN has a `=`; an address, a user id or a name has none. */
export function isDn(text: string): boolean {
  return text.includes('=')
}
