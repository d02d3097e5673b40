/** Shorter ones, and short words, would be cut out of texts that have nothing to do with them. */
const FEWEST_CHARACTERS = 6
const WORD = /^[a-z]{1,11}$/i

/**
 * Every text by which a secret is recognised: as it is, and as JSON, URLs, forms, HTML and base64 write it. None for
 * what cannot be told from an ordinary word.
 *
 *   secret        | forms
 *   --------------|------------------------------------------------------------------------------------
 *   s3cret/w+rd   | itself, s3cret%2Fw%2Brd, czNjcmV0L3crcmQ and what base64 makes of it after 1 or 2 other bytes
 *   pass"word     | itself, pass\"word, pass&quot;word, pass%22word, …
 *   operator, abc | none
 */
export function formsOf(secret: string): string[] {
  if (secret.length < FEWEST_CHARACTERS || WORD.test(secret)) return []
  const encoded = base64Forms(secret)
  const forms = [
    ...[secret, ...encoded].flatMap((text) => [text, ...urlForms(text)]),
    ...jsonForms(secret),
    secret.replace(/[&<>"']/g, (c) => HTML[c] ?? c),
  ]
  return [...new Set(forms)]
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Once and twice, as of a text that quotes JSON in JSON. */
function jsonForms(text: string): string[] {
  const once = JSON.stringify(text).slice(1, -1)
  return [once, JSON.stringify(once).slice(1, -1), once.replaceAll('/', '\\/')]
}

function urlForms(text: string): string[] {
  const inUrl = text.isWellFormed() ? encodeURIComponent(text) : text
  const inForm = new URLSearchParams({ '': text }).toString().slice(1)
  return [inUrl, inForm].flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())])
}

/** `name:SECRET` in base64 holds the secret in one of three shapes, by the length of what stands before it. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes])
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((all.length * 8) / 6)]
    return [all.toString('base64').slice(from, to), all.toString('base64url').slice(from, to)]
  })
}
