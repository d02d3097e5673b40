/** Words and numbers that YAML would take for something else than the text they are. */
const NO_TEXT = /^(true|false|null|yes|no|on|off|y|n|~)$/i

/** A value as YAML writes it on one line. Texts that need quotes are in JSON's, which YAML reads the same. */
export function yamlOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlOf).join(', ')}]`
  if (typeof value === 'string')
    return /^[A-Za-z][\w./-]*$/.test(value) && !NO_TEXT.test(value) ? value : JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  return `{ ${entries.map(([key, one]) => `${yamlOf(key)}: ${yamlOf(one)}`).join(', ')} }`
}

/** Lines of a comment, each after so many blanks. */
export function commentOf(text: string, indent: number): string[] {
  return text.split(/\r\n|[\r\n]/).map((line) => `${' '.repeat(indent)}# ${line}`.trimEnd())
}
