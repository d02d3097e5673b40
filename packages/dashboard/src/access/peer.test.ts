import { expect, it } from 'vitest'
import { peerOf } from './peer.ts'

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7:4711', '192.0.2.7'],
  ['2001:db8::7', '2001:db8::'],
  ['[2001:db8::7]:4711', '2001:db8::'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['unknown', '127.0.0.1'],
  ['', '127.0.0.1'],
])('takes %s for the peer %s', (ip, peer) => {
  expect(peerOf({ ip, socket: { remoteAddress: '127.0.0.1' } })).toBe(peer)
})
