import { formsOf } from './secret-forms.ts'

/** Of tokens, which are new every hour, so many are remembered. */
const MOST_TOKENS = 20

/** What stands in the place of a secret. */
const CUT = '[secret]'

/**
 * Of the whole process: whatever it logs, stores or shows goes by them, and it may have many connections and accounts.
 */
const configured = new Set<string>()
const tokens = new Set<string>()
let forms: readonly string[] = []

/** Learns a secret of the configuration; {@link withoutSecrets} cuts it out from then on. */
export function learnSecret(secret: string | undefined): void {
  if (secret === undefined || configured.has(secret)) return
  configured.add(secret)
  collect()
}

/** Learns a token that was got at run time. */
export function learnToken(token: string): void {
  if (tokens.has(token)) return
  tokens.add(token)
  for (const old of tokens) {
    if (tokens.size <= MOST_TOKENS) break
    tokens.delete(old)
  }
  collect()
}

/** A text without any known secret, in whichever form it stands there: others repeat what they were sent. */
export function withoutSecrets(text: string): string {
  let cut = text
  for (const form of forms) if (cut.includes(form)) cut = cut.replaceAll(form, CUT)
  return cut
}

/** The same for an error that others store: its message and its stack. */
export function errorWithoutSecrets(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? withoutSecrets(error) : error
  for (const name of ['message', 'stack'] as const) {
    const text = error[name]
    const told = text === undefined ? undefined : withoutSecrets(text)
    // A DOMException, such as an aborted signal's reason, has both as getters.
    if (told !== text) Object.defineProperty(error, name, { value: told, configurable: true, writable: true })
  }
  return error
}

/** The longest first: a secret may be a part of another one. */
function collect(): void {
  forms = [...configured, ...tokens].flatMap(formsOf).toSorted((a, b) => b.length - a.length)
}
