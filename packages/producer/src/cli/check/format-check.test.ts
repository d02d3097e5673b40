import { describe, expect, it } from 'vitest'
import type { Section } from './finding.ts'
import { checkAsJson, formatCheck } from './format-check.ts'

const SECTIONS: readonly Section[] = [
  { part: 'configuration', where: 'provisioner.yaml', findings: [{ level: 'ok', about: 'file', what: 'no mistakes' }] },
  {
    part: 'directory',
    of: 'staff',
    where: 'ldap://127.0.0.1',
    findings: [
      {
        level: 'failed',
        about: 'server',
        what: 'Nobody answers at the address that urls has',
        todo: 'Start the server',
        code: 'AWAY',
      },
      {
        level: 'warning',
        about: 'user_fields.cost_center',
        what: 'uid=a-name-that-is-longer-than-the-terminal-is-wide,dc=x',
      },
      { level: 'unknown', about: 'entries', what: 'Not looked at' },
    ],
  },
]

describe('the table of a check', () => {
  it('breaks lines between words, below each other, and never within a DN', () => {
    expect(formatCheck(SECTIONS, { columns: 60, isColoured: false })).toBe(`Configuration  provisioner.yaml
  ✓ file  no mistakes

Directory  'staff'  ldap://127.0.0.1
  ✗ server                Nobody answers at the address that
                          urls has [AWAY]
                          → Start the server
  ! user_fields.cost_center
                          uid=a-name-that-is-longer-than-the-terminal-is-wide,dc=x
  ? entries               Not looked at

1 to correct (✗), 1 to look at (!). Nothing was written.`)
  })

  it('breaks no line where nobody looks, and paints only where it is told to', () => {
    const plain = formatCheck(SECTIONS, { isColoured: false })

    expect(plain).toContain('  ✗ server                Nobody answers at the address that urls has [AWAY]\n')
    expect(formatCheck(SECTIONS, { isColoured: true })).toContain('\u001B[31m✗\u001B[39m server')
  })

  it('says what comes next when nothing is to be corrected', () => {
    expect(formatCheck(SECTIONS.slice(0, 1), { isColoured: false })).toMatch(
      /\n\nAll is as it should be\. Nothing was written; next: provisioner plan$/,
    )
  })

  it('has the same shape in JSON for every part', () => {
    const { code, parts } = JSON.parse(checkAsJson(SECTIONS, 1)) as { code: number; parts: unknown[] }

    expect(code).toBe(1)
    expect(parts[0]).toEqual({
      part: 'configuration',
      of: null,
      where: 'provisioner.yaml',
      checks: [{ level: 'ok', about: 'file', what: 'no mistakes', todo: null, code: null }],
    })
  })
})
