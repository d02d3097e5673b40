import type { FastifyRequest } from 'fastify'
import { isIPv4 } from 'node:net'

/** True for names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:/, '')
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'))
}

/**
 * True for a request made on this machine, to a name of it. It is judged by the socket and by the host that was called,
 * never by what a proxy, or whoever passes for one, says of them. The host counts because another site's page can let
 * its own name resolve to 127.0.0.1.
 */
export function isFromThisMachine({ raw }: FastifyRequest): boolean {
  const called = URL.parse(`http://${raw.headers.host}`)?.hostname
  return isLoopback(raw.socket.remoteAddress ?? '') && called !== undefined && isLoopback(called)
}
