import { describe, expect, it } from 'vitest'
import { primaryGroupSid, sidText } from './sid.ts'

const DOMAIN = '15000000a065cf7e784b9b5fe77c8770'

describe('sidText', () => {
  it.each([
    ['the local system', '010100000000000512000000', 'S-1-5-18'],
    ['the administrators', '01020000000000052000000020020000', 'S-1-5-32-544'],
    ['a group of a domain', `0105000000000005${DOMAIN}01020000`, 'S-1-5-21-2127521184-1604012920-1887927527-513'],
    ['a large RID', `0105000000000005${DOMAIN}ffffffff`, 'S-1-5-21-2127521184-1604012920-1887927527-4294967295'],
    ['an authority of six bytes', '0101ffffffffffff01000000', 'S-1-281474976710655-1'],
    ['nothing', '', undefined],
    ['another revision', '020100000000000512000000', undefined],
    ['fewer bytes than it says', '010200000000000520000000', undefined],
    ['more bytes than it says', '01010000000000051200000000', undefined],
  ])('reads %s', (_what, hex, text) => {
    expect(sidText(Buffer.from(hex, 'hex'))).toBe(text)
  })
})

describe('primaryGroupSid', () => {
  it.each([
    ['a group of the same domain', 'S-1-5-21-1-2-3-1104', '513', 'S-1-5-21-1-2-3-513'],
    ['another domain', 'S-1-5-21-9-2-3-1104', '513', 'S-1-5-21-9-2-3-513'],
    ['no number', 'S-1-5-21-1-2-3-1104', 'x', undefined],
    ['a negative one', 'S-1-5-21-1-2-3-1104', '-513', undefined],
  ])('with %s', (_what, account, id, sid) => {
    expect(primaryGroupSid(account, id)).toBe(sid)
  })
})
