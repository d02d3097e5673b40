/** A text as every database keeps it: PostgreSQL has no NUL in texts, neither has half of a surrogate pair. */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{FFFD}')
}
