import type { FastifyRequest } from 'fastify'

/** The request's parts that tell where it was made. */
export interface Provenance {
  readonly fetchSite: string | undefined
  readonly origin: string | undefined
  /** The host that the request was made to, with its port. */
  readonly host: string
}

export function provenanceOf(request: FastifyRequest): Provenance {
  const site = request.headers['sec-fetch-site']
  return { fetchSite: Array.isArray(site) ? site[0] : site, origin: request.headers.origin, host: request.host }
}

/**
 * Where a request was made. Browsers set both headers and no page can forge them; `Sec-Fetch-Site` is missing on
 * plain http except for loopback.
 *
 *   Sec-Fetch-Site | Origin      | answer
 *   ---------------|-------------|--------
 *   same-origin    | any         | own
 *   another value  | any         | foreign
 *   –              | of the host | own
 *   –              | another     | foreign
 *   –              | –           | unknown
 */
export function placeOf({ fetchSite, origin, host }: Provenance): 'own' | 'foreign' | 'unknown' {
  if (fetchSite !== undefined) return fetchSite === 'same-origin' ? 'own' : 'foreign'
  if (origin === undefined) return 'unknown'
  return URL.parse(origin)?.host === host ? 'own' : 'foreign'
}
