import { Refusal } from '../refusal.ts'

const WORDS = 'Value: is refused for good'

/**
 * One lasting refusal (422) in every shape that bodies of Zendesk's errors were seen in. All but the last two say why.
 *
 *   shape         | body
 *   --------------|-------------------------------------------------
 *   details       | {"error","description","details":{field:[{description,error}]}}
 *   details-bare  | the same, and the inner `error` is absent
 *   base          | details of no attribute
 *   description   | {"error","description"}
 *   title         | {"error":{title,message}}
 *   errors        | {"errors":[{code,title,detail}]}
 *   string        | a JSON string
 *   text          | text/plain
 *   html          | a page
 *   empty         | nothing
 */
export const REFUSAL_SHAPES = {
  details: refusal({ ...invalid(), details: { phone: [{ description: WORDS, error: 'InvalidValue' }] } }),
  'details-bare': refusal({ ...invalid(), details: { phone: [{ description: WORDS }] } }),
  base: refusal({ ...invalid(), details: { base: [{ description: WORDS }] } }),
  description: refusal({ error: 'RecordInvalid', description: WORDS }),
  title: refusal({ error: { title: 'Invalid attribute', message: WORDS } }),
  errors: refusal({ errors: [{ code: 'Unprocessable', title: 'Invalid value', detail: WORDS }] }),
  string: refusal(JSON.stringify(WORDS), 'application/json; charset=utf-8'),
  text: refusal(WORDS, 'text/plain; charset=utf-8'),
  html: refusal('<html><body><h1>Unprocessable</h1></body></html>', 'text/html; charset=utf-8'),
  empty: refusal('', 'text/plain; charset=utf-8'),
} as const satisfies Record<string, () => Refusal>

export type RefusalShape = keyof typeof REFUSAL_SHAPES

function invalid() {
  return { error: 'RecordInvalid', description: 'Record validation errors' }
}

function refusal(body: object | string, contentType?: string): () => Refusal {
  return () => new Refusal(422, body, contentType === undefined ? {} : { 'content-type': contentType })
}
