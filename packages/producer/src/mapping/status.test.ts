import { describe, expect, it } from 'vitest'

import type { StatusConfig } from '@provisioner/shared/config/directory-status.ts'
import type { Value } from '../directory/entry.ts'
import { statusOf } from './status.ts'

function entryWith(values: readonly Value[] | undefined) {
  return { dn: 'cn=Ada', id: 'ada', attributes: new Map(values === undefined ? [] : [['status', values]]) }
}

function flagOf(entry: ReturnType<typeof entryWith>, status: StatusConfig | undefined) {
  return statusOf(entry, { status, expires: [] }, 0)
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
    expect(flagOf(entryWith(values), { attribute: 'Status', bit: 2 }).disabled).toBe(disabled)
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
    expect(flagOf(entryWith(values), { ...config, disabledWhen: [...config.disabledWhen], whenAbsent }).disabled).toBe(
      disabled,
    )
  })
})

it('takes everybody for enabled when no status is configured', () => {
  expect(flagOf(entryWith(['514']), undefined)).toEqual({ disabled: false })
})

it('says why a status cannot be read', () => {
  const { fault } = flagOf(entryWith(['NORMAL']), { attribute: 'status', bit: 2 })

  expect(fault?.code).toBe('STATUS_UNREADABLE')
  expect(fault?.what('')).toContain("'NORMAL'")
})

describe('of an account that has a flag and an end', () => {
  const config = { status: { attribute: 'uac', bit: 2 }, expires: ['shadowExpire', 'krbPrincipalExpiration'] }
  const DAY = 24 * 60 * 60_000

  it.each([
    ['enabled, and not at its end', '512', ['101'], false, undefined],
    ['enabled, and at its end', '512', ['100'], true, undefined],
    ['disabled, whatever its end is', '514', ['x'], true, undefined],
    ['expired, whatever the flag is', 'x', ['100'], true, undefined],
    ['enabled, and its end is not read', '512', ['x'], 'unknown', 'shadowExpire'],
    ['at its end as another attribute has it', '512', ['101'], true, '19700410000000Z'],
  ] as const)('%s', (_what, uac, shadow, disabled, more) => {
    const attributes = new Map<string, readonly Value[]>([
      ['uac', [uac]],
      ['shadowexpire', shadow],
      ...(more?.endsWith('Z') ? [['krbprincipalexpiration', [more]] as const] : []),
    ])

    const status = statusOf({ dn: 'cn=Ada', id: 'ada', attributes }, config, 100 * DAY)

    expect(status.disabled).toBe(disabled)
    if (disabled === 'unknown') expect(status.attribute).toBe(more)
  })
})
