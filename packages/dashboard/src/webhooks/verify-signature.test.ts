import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { judgeDelivery } from './verify-signature.ts'

const SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=='
const NOW = Date.parse('2026-11-30T10:00:00Z')
const body = Buffer.from('{"id":"1","name":"Zo\u00eb"}')

function signed(timestamp: string, secret = SECRET, of = body): string {
  return createHmac('sha256', secret)
    .update(timestamp + of.toString())
    .digest('base64')
}

it.each([
  ['as Zendesk signs it', '2026-11-30T10:00:00Z', {}, 'genuine'],
  ['five minutes ago', '2026-11-30T09:55:00Z', {}, 'genuine'],
  ['by a clock that is five minutes ahead', '2026-11-30T10:05:00Z', {}, 'genuine'],
  ['more than five minutes ago', '2026-11-30T09:54:59Z', {}, 'out of time'],
  ['more than five minutes ahead', '2026-11-30T10:05:01Z', {}, 'out of time'],
  ['at no time', 'now', {}, 'out of time'],
  ['with another secret', '2026-11-30T10:00:00Z', { signature: signed('2026-11-30T10:00:00Z', 'another') }, 'forged'],
  ['for another body', '2026-11-30T10:00:00Z', { body: Buffer.from('{}') }, 'forged'],
  ['for another time', '2026-11-30T10:00:01Z', { signature: signed('2026-11-30T10:00:00Z') }, 'forged'],
  ['by a text that is no signature', '2026-11-30T10:00:00Z', { signature: '"' }, 'forged'],
  ['by none', '2026-11-30T10:00:00Z', { signature: undefined }, 'forged'],
  ['without a time', '2026-11-30T10:00:00Z', { timestamp: undefined }, 'forged'],
])('a delivery that is signed %s', (_how, timestamp, changes, judgement) => {
  const delivery = { signature: signed(timestamp), timestamp, body, ...changes }

  expect(judgeDelivery(delivery, SECRET, NOW)).toBe(judgement)
})
