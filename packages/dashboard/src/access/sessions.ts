import { createHmac, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { equalInConstantTime, type Credential } from './credentials.ts'
import type { Role } from './person.ts'

/** How long a login lasts, ms: a working day. */
export const SESSION_MS = 12 * 60 * 60_000

const Session = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(['operator', 'viewer']),
  /** Milliseconds since the epoch. */
  endsAt: z.number(),
})
type Session = z.infer<typeof Session>

/**
 * Signed sessions. They live in the browser's cookie alone, so that several dashboards with one secret share them and a
 * restart ends none. The signing key depends on the credentials: whoever changes a password ends the sessions that it
 * opened. A logout is remembered by this process; another one would honour the cookie, which the browser has deleted.
 */
export class Sessions {
  readonly #key: string
  readonly #now: () => number
  /** Ended sessions, with the time from which their end speaks for itself. */
  readonly #ended = new Map<string, number>()

  constructor(secret: string, credentials: readonly Credential[], now: () => number = Date.now) {
    this.#key = createHmac('sha256', secret).update(JSON.stringify(credentials)).digest('base64url')
    this.#now = now
  }

  /** Text for the cookie of a new session. */
  open(person: { name: string; role: Role }): string {
    const session: Session = {
      id: randomUUID(),
      name: person.name,
      role: person.role,
      endsAt: this.#now() + SESSION_MS,
    }
    const body = Buffer.from(JSON.stringify(session)).toString('base64url')
    return `${body}.${this.#sign(body)}`
  }

  /** The session of a cookie; undefined when it is forged, ended or too old. */
  read(cookie: string | undefined): Session | undefined {
    const [body, signature, ...rest] = cookie?.split('.') ?? []
    if (!body || !signature || rest.length > 0 || !equalInConstantTime(signature, this.#sign(body))) return undefined
    const session = Session.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')))
    return session.endsAt > this.#now() && !this.#ended.has(session.id) ? session : undefined
  }

  close(cookie: string | undefined): void {
    const session = this.read(cookie)
    if (!session) return
    for (const [id, endsAt] of this.#ended) if (endsAt <= this.#now()) this.#ended.delete(id)
    this.#ended.set(session.id, session.endsAt)
  }

  #sign(body: string): string {
    return createHmac('sha256', this.#key).update(body).digest('base64url')
  }
}
