import { createServer } from 'node:net'
import { ServerNotStartedError, type ServerProcess } from './server-process.ts'

/** A free port can be lost between finding and using it; a server that does not start for another reason never will. */
const TRIES = 3

/** Starts a server on a free port, and on another one when the first was taken meanwhile. */
export async function startOnFreePort(
  start: (port: number) => Promise<ServerProcess>,
): Promise<{ port: number; server: ServerProcess }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort()
    try {
      return { port, server: await start(port) }
    } catch (error) {
      if (tries >= TRIES || !(error instanceof ServerNotStartedError)) throw error
    }
  }
}

/** A TCP port of the loopback interface that nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new Error('The operating system named no port for a listening socket'))
      })
    })
  })
}
