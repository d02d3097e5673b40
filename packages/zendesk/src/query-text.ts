/**
 * `%20` and never `+` for a space, `%2B` for a plus, which addresses have. Commas stay, as in Zendesk's own examples.
 */
export function queryText(query: Readonly<Record<string, string>> | undefined): string {
  if (!query) return ''
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  return `?${pairs.join('&')}`
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2C', ',')
}
