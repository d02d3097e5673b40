import type { RecordedExchange } from '../../fixtures/recording-proxy.ts'
import type { OfficialFile, Operation, Parameter } from './official-file.ts'
import { schemaDifferences, type Schema } from './schema-differences.ts'

const JSON_TYPE = /^application\/json\b/

/**
 * Where a request or its answer is not as the official file says: `GET /api/v2/users answer.users[].alias: null in
 * place of string`. Each names its operation first, then `query`, `request`, `status` or `answer`.
 */
export function exchangeDifferences(exchange: RecordedExchange, official: OfficialFile): string[] {
  const operation = official.find(exchange.method, exchange.path)
  if (!operation) return [`${exchange.method} ${exchange.path}: no such operation`]
  const differences = [
    ...inQuery(exchange.query, operation.parameters, official),
    ...inRequest(exchange, operation, official),
    ...inAnswer(exchange, operation, official),
  ]
  return differences.map((one) => `${operation.name} ${one}`)
}

function inQuery(query: URLSearchParams, parameters: readonly Parameter[], { resolve }: OfficialFile): string[] {
  const given = nested(query)
  const declared = new Map(parameters.filter((one) => one.in === 'query').map((one) => [one.name, one]))
  const missing = [...declared.values()].filter((one) => one.required && !(one.name in given))
  const wrong = Object.entries(given).flatMap(([name, value]) => {
    const parameter = declared.get(name)
    if (!parameter) return [`query.${name}: not declared`]
    return schemaDifferences(value, parameter.schema, resolve).map((one) => `query.${name}${one}`)
  })
  return [...missing.map((one) => `query.${one.name}: missing`), ...wrong]
}

/** `page[size]=100` is `{ page: { size: 100 } }`. What looks like a number is one, unless only a text will do. */
function nested(query: URLSearchParams): Record<string, unknown> {
  const given: Record<string, unknown> = {}
  for (const [key, text] of query) {
    const [, name = key, inner] = /^(\w+)\[(\w+)\]$/.exec(key) ?? []
    const value = /^\d{1,15}$/.test(text) && /^(?:page|per_page|size)$/.test(inner ?? name) ? Number(text) : text
    given[name] = inner === undefined ? value : { ...(given[name] as object | undefined), [inner]: value }
  }
  return given
}

function inRequest(
  { requestType, requestBody }: RecordedExchange,
  operation: Operation,
  official: OfficialFile,
): string[] {
  const declared = operation.requestBody
  if (requestBody === null) return declared?.required ? ['request: missing'] : []
  if (!declared) return ['request: not declared']
  if (!JSON_TYPE.test(requestType ?? '')) return [`request: is ${requestType}`]
  return inBody(requestBody, declared.content, official).map((one) => `request${one}`)
}

function inAnswer({ status, answerType, answerBody }: RecordedExchange, operation: Operation, official: OfficialFile) {
  const declared = operation.responses[String(status)]
  if (!declared) return [`status ${status}: not declared${describe(answerBody)}`]
  if (!declared.content) return answerBody === null ? [] : ['answer: has a body']
  if (!JSON_TYPE.test(answerType ?? '')) return [`answer: is ${answerType}`]
  return inBody(answerBody, declared.content, official).map((one) => `answer${one}`)
}

function inBody(
  body: unknown,
  content: Operation['responses'][string]['content'],
  { resolve }: OfficialFile,
): string[] {
  const schema: Schema | undefined = content?.['application/json']?.schema
  return schema ? schemaDifferences(body, schema, resolve) : [': declared without a schema']
}

/** The shape of an answer that nobody declares, without its words: ` {"error":…,"description":…}`. */
function describe(body: unknown): string {
  if (typeof body !== 'object' || body === null) return body === null ? ', empty' : ', text'
  return `, {${Object.keys(body).sort().join(',')}}`
}
