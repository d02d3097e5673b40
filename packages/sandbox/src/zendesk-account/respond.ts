import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from './authenticate.ts'
import { FAULT_KINDS, type FaultEffect, type FaultKind } from './faults/fault-kinds.ts'
import type { JobFate } from './jobs/job-statuses.ts'
import { admitRequest } from './limits/admit-request.ts'
import { Refusal } from './refusal.ts'
import type { LoggedRequest } from './request-log.ts'
import type { Answer } from './routes/route.ts'
import { ownerOfEmail } from './users/find-users.ts'
import type { ZendeskApi } from './zendesk-parts.ts'

/** What a request asks for, once it is let in. */
export type Run = (caller: Caller, fate: JobFate) => Answer

/** At clock 1: more than most clients wait without a thought, less than their time limit. */
const SLOW_MS = 8_000
const CONFLICT = new Refusal(409, { error: 'DatabaseConflict', description: 'Database collision' })

/** Lets a request meet its delay, its fault, the limits and at last what it asks for, in this order, and answers it. */
export async function respond(
  api: ZendeskApi,
  request: FastifyRequest,
  reply: FastifyReply,
  run: Run,
): Promise<FastifyReply> {
  const { settings } = api.account
  const observer = isObserver(request)
  const entry = logEntry(request)
  const kind = observer ? undefined : api.faults.take(entry)
  const effect: FaultEffect | undefined = kind && FAULT_KINDS[kind]
  const conflict = observer ? undefined : api.writes.begin(entry)
  const delay = settings.answerDelayMs + (effect?.kind === 'slow' ? SLOW_MS / settings.clock : 0)
  if (delay > 0 && !observer) await new Promise((resolve) => setTimeout(resolve, delay))
  api.account.actorId = api.account.apiUserId
  api.jobs.advance()

  api.account.origin = originOf(request)
  api.account.actorId = actorOf(api, request)
  const answer = refusalsAsAnswers(() => {
    if (effect?.kind === 'refuse') throw effect.refusal()
    if (effect?.kind === 'silence' && effect.when === 'before') return { status: 0 }
    if (effect?.kind === 'expire') api.authentication.expireTokens()
    const headers = observer ? {} : admitRequest(api.account, api.limits, { ...entry, body: objectOf(entry.body) })
    if (conflict === 'conflict') throw CONFLICT
    const answer = run(api.authentication.identify(request.headers.authorization), fateOf(effect))
    return { ...answer, headers: { ...headers, ...answer.headers } }
  })
  if (conflict === 'alone') api.writes.end(entry)
  record(api, entry, effect?.kind === 'silence' ? 0 : answer.status, kind, reply.elapsedTime)
  const headed = { ...answer, headers: { ...api.limits.headers(), ...answer.headers } }
  return effect?.kind === 'silence' ? fallSilent(reply, effect.how, headed) : send(reply, headed)
}

/** Requests may act as somebody else: `X-On-Behalf-Of`, developer.zendesk.com. */
function actorOf({ account }: ZendeskApi, { headers }: FastifyRequest): number {
  const email = headers['x-on-behalf-of']
  const actor = typeof email === 'string' ? ownerOfEmail(account, email) : undefined
  return actor?.id ?? account.apiUserId
}

/** As it was called: whoever follows a link of an answer comes back here. */
export function originOf({ protocol, host }: FastifyRequest): string {
  return `${protocol}://${host}`
}

/** A test that looks at the account by its own API, and is not to change what it looks at. */
function isObserver(request: FastifyRequest): boolean {
  return request.headers['x-test'] === 'view'
}

function fateOf(effect: FaultEffect | undefined): JobFate {
  return (effect?.kind === 'job' || effect?.kind === 'silence' ? effect.fate : undefined) ?? {}
}

function refusalsAsAnswers(run: () => Answer): Answer {
  try {
    return run()
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body, headers: error.headers }
    throw error
  }
}

function record(
  api: ZendeskApi,
  entry: LoggedRequest,
  status: number,
  fault: FaultKind | undefined,
  took: number,
): void {
  api.log.add({ ...entry, status, ...(fault && { fault }), took: Math.round(took) })
}

function fallSilent(reply: FastifyReply, how: 'reset' | 'wait' | 'cut', answer: Answer): FastifyReply {
  reply.hijack()
  const { raw } = reply
  if (how === 'reset') raw.socket?.destroy()
  if (how === 'cut') {
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {})
    raw.writeHead(answer.status, {
      ...answer.headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    })
    raw.write(body.slice(0, Math.floor(body.length / 2)), () => raw.socket?.destroy())
  }
  return reply
}

function send(reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  reply.code(status)
  if (body === undefined) return reply.headers(headers).send()
  const text = typeof body === 'string'
  reply.type(text ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8').headers(headers)
  return reply.send(text ? body : JSON.stringify(body))
}

function logEntry(request: FastifyRequest): LoggedRequest {
  const { authorization: _, ...headers } = request.headers
  const path = request.url.split('?')[0]!
  return {
    at: new Date().toISOString(),
    method: request.method,
    path,
    query: request.query as Readonly<Record<string, string>>,
    headers: headers as Readonly<Record<string, string>>,
    body: path.startsWith('/oauth') ? null : (request.body ?? null),
    status: 0,
    took: 0,
  }
}

export function objectOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {}
}
