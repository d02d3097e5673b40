import type { RecordedExchange } from '../../fixtures/recording-proxy.ts'

export interface Recording {
  readonly line: number
  readonly source: string
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: string
  readonly request: unknown
  readonly status: number
  readonly response: unknown
  /** Those that every account sends, in this recording's spelling. */
  readonly headerNames: readonly string[]
  readonly spelling: '2023' | '2024'
}

/** What our product never calls, and the sandbox does not have. */
const APART = /\/incremental\/|\/organizations\/(?:create_many|update_many|destroy_many|show_many)/
/** Organizations are only read and created. */
const NOT_OURS = (method: string, path: string) => path.startsWith('/api/v2/organizations/') && method !== 'GET'

/** One of each kind of request and answer; the many that differ in ids only are left out. */
export function readRecordings(text: string): Recording[] {
  const seen = new Set<string>()
  return text
    .split('\n')
    .filter(Boolean)
    .map((line, at) => read(JSON.parse(line) as Raw, at + 1))
    .filter((recording) => {
      const key = [
        recording.source,
        recording.method,
        recording.path.replaceAll(/\d{3,}|V3-\w+/g, '#'),
        recording.query.replaceAll(/[\d,]{3,}|after.*/g, '#'),
        recording.status,
      ].join(' ')
      const fresh = !seen.has(key)
      seen.add(key)
      return fresh && !APART.test(`${recording.path}?${recording.query}`) && !NOT_OURS(recording.method, recording.path)
    })
}

interface Raw {
  readonly source: string
  readonly method: string
  readonly uri: string
  readonly request: unknown
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly response: unknown
}

function read({ source, method, uri, request, status, headers, response }: Raw, line: number): Recording {
  const [path = '', query = ''] = uri.split('?')
  const names = Object.keys(headers)
  return {
    ...{ line, source, method, path, query, request, status, response },
    headerNames: names.filter((name) => name !== 'content-type'),
    spelling: names.includes('rate-limit') ? '2023' : '2024',
  }
}

/** Every recording as an exchange. Of long lists the recordings keep the beginning and the length, which goes. */
export function readExchanges(text: string): RecordedExchange[] {
  const whole = (_key: string, value: unknown) =>
    Array.isArray(value) ? value.filter((item) => !(typeof item === 'object' && item !== null && '…' in item)) : value
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line, whole) as Raw)
    .map(({ method, uri, request, status, headers, response }) => {
      const [path = '', query = ''] = uri.split('?')
      return {
        ...{ method, path: path.replace(/\.json$/, ''), query: new URLSearchParams(query) },
        ...{ requestType: 'application/json', requestBody: request === '' ? null : request },
        ...{ status, answerType: headers['content-type'] ?? 'application/json', answerBody: response },
      }
    })
}
