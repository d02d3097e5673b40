import { describe, expect, it } from 'vitest'
import { recognise } from './recognise.ts'

/** As servers show themselves, by lower-case attribute. */
const SHOWN: readonly (readonly [name: string, rootDse: Record<string, string[]>, expected: object])[] = [
  ['OpenLDAP', { objectclass: ['top', 'OpenLDAProotDSE'] }, { type: 'openldap', name: 'OpenLDAP' }],
  [
    'Active Directory',
    { supportedcapabilities: ['1.2.840.113556.1.4.800', '1.2.840.113556.1.4.1670'] },
    { type: 'active-directory', name: 'Active Directory' },
  ],
  [
    'Samba',
    {
      vendorname: ['Samba Team (https://www.samba.org)'],
      vendorversion: ['4.17.12-Debian'],
      supportedcapabilities: ['1.2.840.113556.1.4.800'],
    },
    { type: 'active-directory', name: 'Active Directory (Samba Team 4.17.12-Debian)' },
  ],
  [
    '389 Directory Server',
    { vendorname: ['389 Project'], vendorversion: ['389-Directory/2.3.1 B2022.272.0000'] },
    { type: '389ds', name: '389 Directory Server (389-Directory/2.3.1 B2022.272.0000)' },
  ],
  [
    'FreeIPA',
    { vendorname: ['389 Project'], vendorversion: ['389-Directory/2.4.5 B1'], ipatopologypluginversion: ['1.0'] },
    { type: 'freeipa', name: 'FreeIPA (389-Directory/2.4.5 B1)' },
  ],
  [
    'PingDirectory',
    { vendorname: ['Ping Identity Corporation'], vendorversion: ['PingDirectory 9.3.0.0'] },
    { type: 'pingdirectory', name: 'PingDirectory 9.3.0.0' },
  ],
  [
    'PingDirectory under its first name',
    { vendorname: ['UnboundID Corp.'], vendorversion: ['UnboundID Directory Server 5.2.0.0'] },
    { type: 'pingdirectory', name: 'PingDirectory (UnboundID Directory Server 5.2.0.0)' },
  ],
  [
    'OpenDJ',
    { vendorname: ['Open Identity Platform Community'], vendorversion: ['OpenDJ Server 4.5.0'] },
    { type: 'opendj', name: 'OpenDJ Server 4.5.0' },
  ],
  [
    'PingDS, which is an OpenDJ',
    { vendorname: ['Ping Identity Corporation'], vendorversion: ['PingDS 7.5.0'] },
    { type: 'opendj', name: 'OpenDJ (PingDS 7.5.0)' },
  ],
  [
    'Oracle Unified Directory',
    { vendorname: ['Oracle Corporation'], vendorversion: ['Oracle Unified Directory 12.2.1.4.0'] },
    { type: 'oracle', name: 'Oracle Unified Directory 12.2.1.4.0' },
  ],
  ['another one', { vendorname: ['Frobnicator Inc.'] }, { type: undefined, name: 'Frobnicator Inc.' }],
  [
    'one that says nothing',
    { objectclass: ['top'] },
    { type: undefined, name: 'an LDAP server that does not say what it is' },
  ],
]

describe('a server is recognised by its root DSE', () => {
  it.each(SHOWN)('%s', (_name, rootDse, expected) => {
    expect(recognise(new Map(Object.entries(rootDse)))).toEqual(expected)
  })
})
