import type { Account } from './account.ts'

/** Thrown when Zendesk says no; it becomes the answer. A body of text goes out as text/plain. */
export class Refusal extends Error {
  override name = 'Refusal' as const
  readonly status: number
  readonly body: object | string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, body: object | string, headers: Readonly<Record<string, string>> = {}) {
    super(typeof body === 'string' ? body : JSON.stringify(body))
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export function notFound(): Refusal {
  return new Refusal(404, { error: 'RecordNotFound', description: 'Not found' })
}

export function forbidden(
  description = 'You do not have access to this page. Please contact the account owner of this help desk for further help.',
): Refusal {
  return new Refusal(403, { error: 'Forbidden', description })
}

/** One field's fault. The inner `error` is absent in some of Zendesk's answers. */
export function invalid(field: string, description: string, error?: string): Refusal {
  return new Refusal(422, {
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: { [field]: [{ description, ...(error !== undefined && { error }) }] },
  })
}

/** A value that the attribute has no use for; returns where such values are ignored. */
export function refuseUnfit({ settings }: Pick<Account, 'settings'>, field: string, description: string): undefined {
  if (settings.unknowns.unfitValues === 'refused') throw invalid(field, description, 'InvalidValue')
  return undefined
}

/** A value of the wrong type, which Zendesk refuses before it looks at any record. */
export function invalidAttribute(message: string): Refusal {
  return new Refusal(400, { error: { title: 'Invalid attribute', message } })
}

export function tooManyValues(): Refusal {
  return new Refusal(400, {
    error: 'TooManyValues',
    description: 'Parameter  cannot specify more than 100 values',
    max_count: 100,
  })
}

/** What a refusal says of its first field, as job results quote it. */
export function describeRefusal(refusal: Refusal): string {
  if (typeof refusal.body === 'string') return refusal.body
  const { details, description } = refusal.body as {
    details?: Record<string, { description: string }[]>
    description?: string
  }
  const first = Object.values(details ?? {})[0]?.[0]?.description
  return first ?? description ?? refusal.message
}
