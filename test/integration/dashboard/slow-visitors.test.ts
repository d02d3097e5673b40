import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestDashboard, type TestDashboard } from '../../fixtures/start-test-dashboard.ts'

let dashboard: TestDashboard
beforeAll(async () => {
  dashboard = await startTestDashboard()
})
afterAll(() => dashboard[Symbol.asyncDispose]())

const HEAD = 'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n'

it.concurrent.each([
  ['nothing', '', ''],
  ['half a head', HEAD, ''],
  ['a head, letter by letter', 'GET /login HTTP/1.1\r\nX-Slow: ', 'a'],
  ['half a body', `${HEAD}Content-Length: 1000\r\n\r\nuser=ada`, ''],
  ['a body, letter by letter', `${HEAD}Content-Length: 1000\r\n\r\nuser=`, 'a'],
])(
  'ends a connection that sends %s, within 15 s',
  async (_, first, then) => {
    const { hostname, port } = new URL(dashboard.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    const [began] = [performance.now(), socket.write(first)]
    const letters = setInterval(() => then !== '' && socket.writable && socket.write(then), 200)

    const [answer] = await Promise.all([text(socket).catch(() => ''), once(socket, 'close')])
    clearInterval(letters)

    expect(answer).toMatch(/^(HTTP\/1.1 408 |$)/)
    expect(performance.now() - began).toBeLessThan(15_000)
  },
  20_000,
)
