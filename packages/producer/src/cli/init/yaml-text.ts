/** Columns of a comment, its indentation included. */
const COLUMNS = 100

/** What YAML reads as the text that it is, in a block. */
const PLAIN = /^[A-Za-z][\w./@=-]*(?:[,: ](?=[\w.(/-])[\w./@=()-]*)*$/

/** Texts that YAML reads as something else. */
const SPECIAL = /^(true|false|yes|no|on|off|null|y|n)$/i

/** A text as a value in a block; in double quotes where it has to be. */
export function scalar(text: string): string {
  return PLAIN.test(text) && !SPECIAL.test(text) && !text.includes(': ') ? text : JSON.stringify(text)
}

/** Texts as a list in one line. */
export function list(texts: readonly string[]): string {
  return `[${texts.map((one) => (/^[A-Za-z][\w./:@=-]*$/.test(one) && !SPECIAL.test(one) ? one : JSON.stringify(one))).join(', ')}]`
}

/** Words as comment lines. What stands in them can't end the comment: line breaks are blanks. */
export function comment(indent: number, words: string): string[] {
  const lines: string[] = []
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1)
    if (last !== undefined && indent + 2 + last.length + 1 + word.length <= COLUMNS)
      lines[lines.length - 1] += ` ${word}`
    else lines.push(word)
  }
  return lines.map((line) => `${' '.repeat(indent)}# ${line}`)
}

/** A part of a configuration as a comment: one line, to be taken as it stands. */
export function snippet(indent: number, yaml: string): string[] {
  return [`${' '.repeat(indent)}# ${yaml}`]
}

/** A number as people read it: 1,600. */
export function count(number: number): string {
  return number.toLocaleString('en-US')
}
