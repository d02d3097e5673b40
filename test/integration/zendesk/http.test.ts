import { getEventListeners } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { Http } from '@provisioner/zendesk/http.ts'

/** A server that counts its connections. */
async function openServer(answer: RequestListener) {
  let connections = 0
  const server = createServer(answer)
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers what it was asked. */
const echo: RequestListener = (request, response) => {
  const { 'content-length': length, 'transfer-encoding': encoding, 'x-one': one } = request.headers
  void text(request).then((body) =>
    response.end(JSON.stringify({ method: request.method, body, length, encoding, one })),
  )
}

it('requests of all kinds, one after the other, share a connection and leave nothing on the signal', async () => {
  await using server = await openServer(echo)
  using http = new Http({ userAgent: 'test' })
  const { signal } = new AbortController()
  const send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', body?: string, one = '1') =>
    http.send({ method, url: server.url, headers: { 'x-one': one }, body, timeoutMs: 5_000, signal })

  const answers = []
  for (let round = 0; round < 5; round++)
    answers.push(
      await send('GET'),
      await send('POST', '{"a":"ä"}', '2'),
      await send('PUT', '{}'),
      await send('PUT'),
      await send('DELETE'),
    )

  expect(answers.slice(-5).map(({ status, body }) => [status, JSON.parse(body)])).toEqual([
    [200, { method: 'GET', body: '', one: '1' }],
    [200, { method: 'POST', body: '{"a":"ä"}', length: '10', one: '2' }],
    [200, { method: 'PUT', body: '{}', length: '2', one: '1' }],
    [200, { method: 'PUT', body: '', length: '0', one: '1' }],
    [200, { method: 'DELETE', body: '', one: '1' }],
  ])
  expect(server.connections()).toBe(1)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

it('an answer is told whatever its status, unpacked, its redirection not followed', async () => {
  await using server = await openServer((_request, response) =>
    response
      .writeHead(302, { location: '/elsewhere', 'content-encoding': 'gzip', 'x-rate-limit': '700' })
      .end(gzipSync('packed')),
  )
  using http = new Http({ userAgent: 'test' })

  const { status, headers, body } = await http.send({ method: 'GET', url: server.url, headers: {}, timeoutMs: 5_000 })

  expect([status, headers['x-rate-limit'], body]).toEqual([302, '700', 'packed'])
})
