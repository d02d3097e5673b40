import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { loginPage } from '../pages/login-page.ts'
import { identify, logIn, SESSION_COOKIE, waitOf, type Access } from './authenticate.ts'
import { localPath } from './local-path.ts'
import { peerOf } from './peer.ts'
import { placeOf, provenanceOf } from './same-origin.ts'
import { SESSION_MS } from './sessions.ts'

const LoginForm = z.object({ user: z.string().max(200), password: z.string().max(1000), next: z.string().optional() })

/** The login page, the login and the logout. Nothing of it needs Redis. */
export function addLoginRoutes(app: FastifyInstance, access: Access): void {
  app.get<{ Querystring: { next?: string } }>('/login', async (request, reply) => {
    const next = localPath(request.query.next)
    if (await identify(access, request)) return reply.redirect(next)
    return sendPage(reply, 200, next)
  })

  app.post('/login', async (request, reply) => {
    if (placeOf(provenanceOf(request)) !== 'own') return sendPage(reply, 403, '/', 'Please log in from this page.')
    const form = LoginForm.safeParse(request.body)
    if (!form.success) return sendPage(reply, 400, '/', 'Please fill in both fields.')
    const next = localPath(form.data.next)
    const { user, password } = form.data
    const credential = await logIn(access, request, user, password)
    if (!credential) return refuseLogin(request, reply, next, await waitOf(access, request, user))

    request.log.info({ who: credential.name, role: credential.role }, 'Logged in to the dashboard')
    reply.setCookie(SESSION_COOKIE, access.sessions.open(credential), {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: request.protocol === 'https',
      maxAge: SESSION_MS / 1000,
    })
    return reply.redirect(next, 303)
  })

  app.post('/logout', (request, reply) => {
    if (placeOf(provenanceOf(request)) !== 'own') return sendPage(reply, 403, '/')
    access.sessions.close(request.cookies[SESSION_COOKIE])
    return reply.clearCookie(SESSION_COOKIE, { path: '/' }).redirect('/login', 303)
  })
}

function refuseLogin(request: FastifyRequest, reply: FastifyReply, next: string, waitMs: number): FastifyReply {
  const wait = Math.ceil(waitMs / 1000)
  if (wait > 0) {
    request.log.warn(
      { waitSeconds: wait, peer: peerOf(request) },
      'Login to the dashboard refused after too many failures',
    )
    reply.header('retry-after', wait)
    return sendPage(reply, 429, next, `Too many failed logins. Try again in ${Math.ceil(wait / 60)} min.`)
  }
  return sendPage(reply, 401, next, 'User or password is wrong.')
}

function sendPage(reply: FastifyReply, status: number, next: string, failure?: string): FastifyReply {
  return reply.status(status).type('text/html; charset=utf-8').send(loginPage({ next, failure }))
}
