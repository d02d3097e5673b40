/** Tags of the string types that stand in DNs as BER: OCTET STRING, UTF8String, PrintableString, IA5String. */
const STRING_TAGS = [0x04, 0x0c, 0x13, 0x16]

/**
 * The text of an RDN's value as a DN writes it (RFC 4514): escaped characters and bytes, quotation marks of RFC 1779,
 * and the hexadecimal form of BER. A value of another BER type keeps its hexadecimal form.
 */
export function unescapeValue(written: string): string {
  const text = trimUnescaped(written)
  if (/^#(?:[0-9a-f]{2})+$/i.test(text)) return berText(Buffer.from(text.slice(1), 'hex')) ?? text
  const quoted = /^"((?:[^"\\]|\\[^])*)"$/.exec(text)
  return unescape(quoted?.[1] ?? text)
}

/** Spaces around a value mean nothing, unless the last one is escaped. */
function trimUnescaped(written: string): string {
  const text = written.trimStart()
  const trimmed = text.trimEnd()
  let backslashes = 0
  while (trimmed.charAt(trimmed.length - 1 - backslashes) === '\\') backslashes += 1
  return backslashes % 2 === 1 ? text.slice(0, trimmed.length + 1) : trimmed
}

/** Escaped bytes in a row are one piece of UTF-8. */
function unescape(text: string): string {
  return text.replace(/((?:\\[0-9a-f]{2})+)|\\([^])/gi, (_all, bytes: string | undefined, char: string | undefined) =>
    bytes === undefined ? (char ?? '') : Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString('utf8'),
  )
}

function berText(bytes: Buffer): string | undefined {
  const [tag, length] = bytes
  if (tag === undefined || length === undefined || !STRING_TAGS.includes(tag)) return undefined
  const header = length < 0x80 ? 2 : 2 + (length & 0x7f)
  return bytes.subarray(header).toString('utf8')
}
