import type { FastifyRequest } from 'fastify'
import { matchCredential, parseBasic, type Credential } from './credentials.ts'
import type { LoginThrottle } from './login-throttle.ts'
import { peerOf } from './peer.ts'
import type { Person } from './person.ts'
import type { Sessions } from './sessions.ts'

export const SESSION_COOKIE = 'zp_session'

/** What it takes to know who asks. */
export interface Access {
  /** None: no login is set up, and everybody on this machine is an operator. */
  readonly credentials: readonly Credential[]
  readonly sessions: Sessions
  readonly throttle: LoginThrottle
}

/** Who asks: by session, by HTTP Basic for scripts, or by being on this machine when no login is set up. */
export async function identify(access: Access, request: FastifyRequest): Promise<Person | undefined> {
  if (access.credentials.length === 0) return { name: 'local', role: 'operator', by: 'open' }
  const session = access.sessions.read(request.cookies[SESSION_COOKIE])
  if (session) return { name: session.name, role: session.role, by: 'session' }
  const basic = parseBasic(request.headers.authorization)
  const credential = basic && (await logIn(access, request, basic.name, basic.password))
  return credential && { name: credential.name, role: credential.role, by: 'basic' }
}

/**
 * The credential that opens the dashboard; undefined when it is wrong, or too many were wrong before. A failure is
 * logged.
 */
export function logIn(
  { credentials, throttle }: Access,
  request: FastifyRequest,
  name: string,
  password: string,
): Promise<Credential | undefined> {
  return throttle.attempt(request, name, () => {
    const credential = matchCredential(credentials, name, password)
    // Not the name: people type passwords into the wrong field.
    if (!credential) request.log.warn({ peer: peerOf(request) }, 'Login to the dashboard failed')
    return credential
  })
}

/** How long whoever asks has to wait before the next login is looked at, ms; 0 for not at all. */
export function waitOf({ throttle }: Access, request: FastifyRequest, name?: string): Promise<number> {
  return throttle.waitMs(request, name ?? parseBasic(request.headers.authorization)?.name)
}
