import { withoutSecrets } from '@provisioner/shared/known-secrets.ts'
import type { InvalidDetail } from './errors.ts'

/** An error body, whichever of Zendesk's shapes it came in. */
export interface ErrorBody {
  /** `RecordInvalid`, `TooManyJobs`, … */
  readonly code: string | undefined
  /** Zendesk's own words, for people. */
  readonly words: string
  readonly details: readonly InvalidDetail[]
  readonly json: Readonly<Record<string, unknown>> | undefined
}

/** Words of a plain text body that are shown: enough for a sentence, not for a page of HTML. */
const MAX_WORDS = 300

/**
 * Reads the body of an answer that is no success. What it repeats of our request holds no secret any more.
 *
 *   body                                                     | code          | words
 *   ---------------------------------------------------------|---------------|------------------------------
 *   {"error":"RecordNotFound","description":"Not found"}     | RecordNotFound| Not found
 *   {"error":"RecordInvalid",…,"details":{"email":[{…}]}}    | RecordInvalid | the details' descriptions
 *   {"error":{"title":"Invalid attribute","message":"…"}}    | Invalid attribute | title and message
 *   {"errors":[{"code","title","detail"}]}                   | the first code| titles and details
 *   {"error":"Couldn't authenticate you"}                    | the sentence  | the sentence
 *   text/plain                                               | –             | the text
 *   HTML, empty                                              | –             | –
 */
export function readErrorBody(answered: string): ErrorBody {
  const body = withoutSecrets(answered)
  const json = parseObject(body)
  if (!json) return { code: undefined, words: plainWords(body), details: [], json: undefined }

  const details = readDetails(json['details'])
  const error = json['error']
  const list = Array.isArray(json['errors']) ? json['errors'].filter(isObject) : []
  const first = list[0]
  if (isObject(error))
    return {
      code: text(error['title']) ?? text(error['code']),
      words: join([text(error['title']), text(error['message'])]),
      details,
      json,
    }
  if (first)
    return {
      code: text(first['code']),
      words: list.map((one) => join([text(one['title']), text(one['detail'])])).join('; '),
      details,
      json,
    }

  const description = text(json['description']) ?? text(json['error_description']) ?? text(json['message'])
  const words =
    details.length > 0 ? details.map((detail) => detail.description).join('; ') : (description ?? text(error) ?? '')
  return { code: text(error), words, details, json }
}

/** `{"email":[{"description","error"}]}`; a detail may be a bare string as well. */
function readDetails(details: unknown): InvalidDetail[] {
  if (typeof details === 'string' && details !== '') return [{ field: 'base', description: details }]
  if (!isObject(details)) return []
  return Object.entries(details).flatMap(([field, some]) =>
    (Array.isArray(some) ? some : [some]).flatMap((one: unknown): InvalidDetail[] => {
      if (typeof one === 'string') return [{ field, description: one }]
      if (!isObject(one)) return []
      const error = text(one['error'])
      return [
        {
          field,
          description: text(one['description']) ?? error ?? '',
          ...(error !== undefined && { error }),
        },
      ]
    }),
  )
}

function plainWords(body: string): string {
  const trimmed = body.trim()
  return trimmed.startsWith('<') ? '' : trimmed.slice(0, MAX_WORDS)
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'string') return { error: parsed }
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function join(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(': ')
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
