import { describe, expect, it } from 'vitest'
import { ldifAdd, ldifDelete, ldifEntry, ldifModify, ldifRename } from './ldif.ts'

describe('LDIF', () => {
  it.each([
    ['Ada Lovelace', 'cn: Ada Lovelace'],
    ['', 'cn: '],
    ['Jürgen', 'cn:: SsO8cmdlbg=='],
    [' leading', 'cn:: IGxlYWRpbmc='],
    ['trailing ', 'cn:: dHJhaWxpbmcg'],
    [':colon', 'cn:: OmNvbG9u'],
    ['<file', 'cn:: PGZpbGU='],
    ['two\nlines', 'cn:: dHdvCmxpbmVz'],
  ])('writes the value %j as "%s"', (value, expected) => {
    expect(ldifEntry('cn=a', { cn: value })).toBe(`dn: cn=a\n${expected}\n\n`)
  })

  it('writes every value of an attribute, bytes as base64', () => {
    const ldif = ldifEntry('cn=a', {
      objectClass: ['top', 'person'],
      objectGUID: Buffer.from([0, 255]),
    })

    expect(ldif).toBe('dn: cn=a\nobjectClass: top\nobjectClass: person\nobjectGUID:: AP8=\n\n')
  })

  it('writes modifications, deletions of all values included', () => {
    const ldif = ldifModify('cn=a', {
      delete: { phone: [] },
      replace: { sn: 'B' },
      add: { mail: ['x@y', 'z@y'] },
    })

    expect(ldif).toBe(
      'dn: cn=a\nchangetype: modify\ndelete: phone\n-\nadd: mail\nmail: x@y\nmail: z@y\n-\nreplace: sn\nsn: B\n-\n\n',
    )
  })

  it('writes additions, deletions, renamings and moves', () => {
    expect(ldifAdd('cn=a', { cn: 'a' })).toBe('dn: cn=a\nchangetype: add\ncn: a\n\n')
    expect(ldifDelete('cn=a')).toBe('dn: cn=a\nchangetype: delete\n\n')
    expect(ldifRename('cn=a', 'cn=b')).toBe('dn: cn=a\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\n\n')
    expect(ldifRename('cn=a', 'cn=b', 'ou=c')).toContain('deleteoldrdn: 1\nnewsuperior: ou=c\n')
  })
})
