import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { listensOn } from './listens-on.ts'
import { startProcess, ServerNotStartedError } from './server-process.ts'

it('tells the process that listens on a port from any other', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const [own, other] = [await listensOn(process.pid, port), await listensOn(process.ppid, port)]
  server.close()
  await once(server, 'close')

  expect([own, other, await listensOn(process.pid, port)]).toEqual([true, false, false])
})

it('a server is not started where another one answers on its port', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo

  // It takes its time to find that the port is taken, as a server that reads its files first.
  const late = startProcess({
    name: 'late',
    command: process.execPath,
    args: ['-e', `setTimeout(() => require('net').createServer().listen(${port}, '127.0.0.1'), 300)`],
    port,
    probe: async () => true,
  })

  await expect(late).rejects.toThrow(ServerNotStartedError)
  other.close()
})
