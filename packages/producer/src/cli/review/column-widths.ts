/** A column of a table: its texts, and how much of the room it gets where all could use more. */
export interface Column {
  readonly texts: readonly string[]
  readonly share: number
}

/** Where a long word may end on one line and go on in the next: after each part of a DN or of a path. */
const JOINT = /(?<=[,;/])/

/** Where a word without such joints is broken, if it has to be: an address, a host, a name with a hyphen. */
const LOOSE_JOINT = /(?<=[,;/@.=_-])/

/**
 * How wide the columns are, so that no word is broken where there is room enough: each has room for its longest word,
 * and what is left goes by their shares to those whose texts are longer. Where there is not room enough, all are
 * narrower by the same part.
 */
export function columnWidths(columns: readonly Column[], room: number): number[] {
  const needs = columns.map(({ texts }) => longest(texts.flatMap((text) => text.split(/\s+/).flatMap(partsOf))))
  const needed = needs.reduce((sum, one) => sum + one, 0)
  if (needed > room) return needs.map((one) => Math.max(1, Math.floor((one / needed) * room)))
  const wishes = columns.map(({ texts }) => longest(texts))
  const widths = [...needs]
  for (let left = room - needed; left > 0;) {
    const open = columns.flatMap((column, i) => (widths[i]! < wishes[i]! ? [{ i, share: column.share }] : []))
    const shares = open.reduce((sum, { share }) => sum + share, 0)
    const before = left
    for (const { i, share } of open) {
      const more = Math.min(wishes[i]! - widths[i]!, Math.max(1, Math.floor((share / shares) * before)), left)
      widths[i]! += more
      left -= more
    }
    if (open.length === 0) break
  }
  return widths
}

/** A text whose words all fit into a column, the long ones with blanks where they are broken. */
export function breakWords(text: string, width: number): string {
  return text.replaceAll(/\S+/g, (word) => (word.length <= width ? word : pieces(word, width).join(' ')))
}

function pieces(word: string, width: number): string[] {
  const parts = word.split(JOINT).flatMap((part) => (part.length <= width ? [part] : part.split(LOOSE_JOINT)))
  const lines: string[] = []
  for (const part of parts.flatMap((one) => one.match(new RegExp(`.{1,${width}}`, 'gu'))!))
    if (lines.length > 0 && lines.at(-1)!.length + part.length <= width) lines[lines.length - 1] += part
    else lines.push(part)
  return lines
}

function partsOf(word: string): string[] {
  return word.split(JOINT)
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 1)
}
