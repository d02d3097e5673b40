import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { identify, waitOf, type Access } from './authenticate.ts'
import { isFromThisMachine } from './loopback.ts'
import type { Person } from './person.ts'
import { placeOf, provenanceOf } from './same-origin.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set by the guard on everything behind it. */
    person: Person | null
  }
}

/**
 * Lets only people in: a page sends others to the login, anything else answers 401. Requests that change something
 * must come from our own pages, or from a script with HTTP Basic, and from an operator.
 */
export function guard(scope: FastifyInstance, access: Access): void {
  scope.addHook('onRequest', async (request, reply) => {
    if (access.credentials.length === 0 && !isFromThisMachine(request))
      return refuse(reply, 403, 'Without a login the dashboard answers to localhost only')
    const person = await identify(access, request)
    if (!person) return askToLogIn(access, request, reply)
    request.person = person
    if (request.method === 'GET' || request.method === 'HEAD') return
    const place = placeOf(provenanceOf(request))
    if (place === 'foreign' || (place === 'unknown' && person.by !== 'basic'))
      return refuse(reply, 403, 'Refused: the request does not come from this dashboard')
    if (person.role !== 'operator') return refuse(reply, 403, 'Refused: viewers may look, but not act')
  })
}

/** Who asks, on routes behind the guard. */
export function personOf(request: FastifyRequest): Person {
  if (!request.person) throw new Error(`${request.method} ${request.routeOptions.url ?? ''} is not behind the guard`)
  return request.person
}

/** In the words of Bull Board's own errors, so that its pages show them. */
export function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.status(status).send({ error: message })
}

async function askToLogIn(access: Access, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const wait = await waitOf(access, request)
  if (wait > 0) return refuse(reply.header('retry-after', Math.ceil(wait / 1000)), 429, 'Too many failed logins')
  const isScript = request.headers.authorization !== undefined
  const wantsPage = !isScript && request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
  if (!wantsPage) return refuse(reply, 401, 'Log in first')
  // A strict cookie is withheld from a visitor who follows a link from a mail or a chat. Reloaded from here, it is
  // sent.
  if (request.headers['sec-fetch-site'] === 'cross-site') return reply.type('text/html').send(RELOAD)
  return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`)
}

const RELOAD =
  '<!doctype html><html lang="en"><meta http-equiv="refresh" content="0"><title>Zendesk Provisioner</title></html>'
