import type { Account } from '../account.ts'
import type { AuditLog } from '../changes/audit-log.ts'
import type { Webhooks } from '../changes/webhooks.ts'
import type { JobFate, JobStatuses } from '../jobs/job-statuses.ts'

/** A request that was let in. */
export interface Call {
  readonly account: Account
  readonly jobs: JobStatuses
  readonly auditLog: AuditLog
  readonly webhooks: Webhooks
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
  /** What becomes of a batch that the request starts. */
  readonly fate: JobFate
}

export interface Answer {
  readonly status: number
  /** An object goes out as JSON, a text as text/plain. */
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below /api/v2, with `:id` for parameters; `.json` may follow in requests. */
  readonly path: string
  /** The part of the API that granular scopes name; `identities` are reached by broad scopes only. */
  readonly area: string
  run(call: Call): Answer
}

export function idOf(call: Call, name = 'id'): number {
  return Number(call.params[name])
}

/** The object that a body holds under its one key; an absent one is empty. */
export function part(call: Call, key: string): Readonly<Record<string, unknown>> {
  const value = call.body[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}
