import { describe, expect, it } from 'vitest'

import type { Value } from '../directory/entry.ts'
import { statusOf } from './status.ts'

function entryWith(values: readonly Value[] | undefined) {
  return { dn: 'cn=Ada', id: 'ada', attributes: new Map(values === undefined ? [] : [['status', values]]) }
}

describe('reads a bit', () => {
  it.each([
    [['512'], false],
    [['514'], true],
    [['66050'], true],
    [['-2147483646'], true],
    [[' 514 '], true],
    [undefined, 'unknown'],
    [['NORMAL'], 'unknown'],
    [['5.5'], 'unknown'],
    [['512', '514'], 'unknown'],
    [['9'.repeat(500)], 'unknown'],
    [[Buffer.from([2])], 'unknown'],
  ])('of %j as %s', (values, disabled) => {
    expect(statusOf(entryWith(values), { attribute: 'Status', bit: 2 }).disabled).toBe(disabled)
  })
})

describe('reads a flag', () => {
  const config = { attribute: 'Status', disabledWhen: ['Left', 'suspended'], expectEmpty: false }

  it.each([
    [['left'], 'enabled', true],
    [[' SUSPENDED'], 'enabled', true],
    [['active'], 'disabled', false],
    [['active', 'left'], 'enabled', true],
    [undefined, 'enabled', false],
    [undefined, 'disabled', true],
    [[' '], 'disabled', true],
    [[Buffer.from([1])], 'disabled', 'unknown'],
  ] as const)('of %j (absent: %s) as %s', (values, whenAbsent, disabled) => {
    expect(
      statusOf(entryWith(values), { ...config, disabledWhen: [...config.disabledWhen], whenAbsent }).disabled,
    ).toBe(disabled)
  })
})

it('takes everybody for enabled when no status is configured', () => {
  expect(statusOf(entryWith(['514']), undefined)).toEqual({ disabled: false })
})

it('says why a status cannot be read', () => {
  const { fault } = statusOf(entryWith(['NORMAL']), { attribute: 'status', bit: 2 })

  expect(fault?.code).toBe('STATUS_UNREADABLE')
  expect(fault?.what('')).toContain("'NORMAL'")
})
