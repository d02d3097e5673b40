import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import { isIP } from 'node:net'

type Remote = { readonly remoteAddress?: string | undefined }

/**
 * The network address that a request comes from, as far as it can be believed. Some proxies write a port behind it,
 * which changes with every connection, and whoever has an IPv6 address has 2^64 of them: both are left out.
 *
 *   address of the request  | peer
 *   ------------------------|----------------
 *   192.0.2.7               | 192.0.2.7
 *   192.0.2.7:4711          | 192.0.2.7
 *   2001:db8::7             | 2001:db8::
 *   [2001:db8::7]:4711      | 2001:db8::
 *   ::ffff:192.0.2.7        | 192.0.2.7
 *   no address at all       | the socket's
 */
export function peerOf({ ip, socket }: Pick<FastifyRequest, 'ip'> & { socket: Remote }): string {
  const bare = ip?.replace(/^\[(.+)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1')
  return normalizeIP(bare && isIP(bare) ? bare : (socket.remoteAddress ?? ''))
}
