import { describe, expect, it } from 'vitest'
import { isCron } from './cron.ts'

describe('isCron', () => {
  it.each([
    '0 2 * * *',
    '*/15 * * * *',
    '0 0 1,15 * *',
    '30 6 * * mon-fri',
    '0 0 * jan-mar sun',
    '15 0 2 * * *',
    '0 8-18/2 * * 1-5',
    '0 0 * * 7',
    '0 0 29 2 *',
    '0 0 31 2 mon',
  ])('takes %s', (text) => expect(isCron(text)).toBe(true))

  it.each([
    '',
    '0 2 * *',
    '60 2 * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 0 * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    'a * * * *',
    '* * * * * * *',
    '@daily',
    '0 0 L * *',
    '0 0 * mon *',
    '0 0 30 2 *',
    '0 0 31 4,6,9,11 *',
  ])('refuses %j', (text) => expect(isCron(text)).toBe(false))
})
