import type { FastifyRequest } from 'fastify'
import { matchCredential, parseBasic, type Credential } from './credentials.ts'
import type { LoginThrottle } from './login-throttle.ts'
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
export function identify(access: Access, request: FastifyRequest): Person | undefined {
  if (access.credentials.length === 0) return { name: 'local', role: 'operator', by: 'open' }
  const session = access.sessions.read(request.cookies[SESSION_COOKIE])
  if (session) return { name: session.name, role: session.role, by: 'session' }
  const basic = parseBasic(request.headers.authorization)
  const credential = basic && logIn(access, request.ip, basic.name, basic.password)
  return credential && { name: credential.name, role: credential.role, by: 'basic' }
}

/** The credential that opens the dashboard; undefined when it is wrong or the address has failed too often. */
export function logIn(access: Access, address: string, name: string, password: string): Credential | undefined {
  if (access.throttle.waitMs(address) > 0) return undefined
  const credential = matchCredential(access.credentials, name, password)
  if (credential) access.throttle.recordSuccess(address)
  else access.throttle.recordFailure(address)
  return credential
}
