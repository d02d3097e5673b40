import { describe, expect, it } from 'vitest'
import { parseSid } from './sid.ts'

const DOMAIN = '15000000a065cf7e784b9b5fe77c8770'
const DOMAIN_TEXT = 'S-1-5-21-2127521184-1604012920-1887927527'

describe('parseSid', () => {
  it.each([
    ['the local system', '010100000000000512000000', 'S-1-5', 18],
    ['the administrators', '01020000000000052000000020020000', 'S-1-5-32', 544],
    ['a group of a domain', `0105000000000005${DOMAIN}01020000`, DOMAIN_TEXT, 513],
    ['another one of it', `0105000000000005${DOMAIN}50040000`, DOMAIN_TEXT, 1104],
    ['a large RID', `0105000000000005${DOMAIN}ffffffff`, DOMAIN_TEXT, 4294967295],
    ['an authority of six bytes', '0101ffffffffffff01000000', 'S-1-281474976710655', 1],
  ])('reads %s', (_what, hex, domain, rid) => {
    expect(parseSid(Buffer.from(hex, 'hex'))).toEqual({ domain, rid })
  })

  it.each([
    ['nothing', ''],
    ['no sub-authority', '0100000000000005'],
    ['another revision', '020100000000000512000000'],
    ['fewer bytes than it says', '010200000000000520000000'],
    ['more bytes than it says', '01010000000000051200000000'],
  ])('does not read %s', (_what, hex) => {
    expect(parseSid(Buffer.from(hex, 'hex'))).toBeUndefined()
  })
})
