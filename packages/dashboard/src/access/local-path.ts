/** Where to go after the login: a path of this server, never another site's address. */
export function localPath(next: unknown, fallback = '/'): string {
  if (typeof next !== 'string') return fallback
  const here = 'http://here.invalid'
  const url = URL.parse(next, here)
  if (url?.origin !== here || !next.startsWith('/')) return fallback
  // `/x/..//evil.example` resolves to a path that a browser would read as a host.
  return `${url.pathname.replace(/^\/+/, '/')}${url.search}`
}
