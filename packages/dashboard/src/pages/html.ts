import { withoutSecrets } from '@provisioner/shared/known-secrets.ts'

/** Text that is HTML already. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

type Part = Html | string | number | false | undefined | readonly Part[]

/**
 * A template whose values are escaped and hold no known secret, unless they are HTML themselves. `false` and undefined
 * leave nothing.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, i) => text + string + (i < parts.length ? render(parts[i]) : ''), ''))
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function render(part: Part): string {
  if (part === false || part === undefined) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'string' || typeof part === 'number')
    return withoutSecrets(String(part)).replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c)
  return part.map(render).join('')
}

/** A long name that may be broken after its commas, and not in the middle of a value. */
export function breakable(name: string): Html {
  return html`${name.split(',').map((part, i) => (i === 0 ? part : html`,<wbr />${part}`))}`
}
