import { describe, expect, it } from 'vitest'
import { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import { unfitType } from './unfit-type.ts'

const config = (more: object) => DirectoryConfig.parse({ urls: ['ldap://one'], ...more })
const ds389 = { type: '389ds', name: '389 Directory Server (389-Directory/2.3.1)' } as const

describe('directory.type', () => {
  it.each([
    ['the server’s own', config({ type: '389ds' }), ds389],
    ['of a server that nobody knows', config({ type: '389ds' }), { type: undefined, name: 'Frobnicator 1' }],
    ['that means the same', config({ type: 'generic' }), { type: 'openldap', name: 'OpenLDAP' }],
    [
      'overridden by hand',
      config({ type: 'generic', id: 'NSUNIQUEID', status: { attribute: 'nsAccountLock', disabledWhen: ['TRUE'] } }),
      ds389,
    ],
  ] as const)('fits: %s', (_what, directory, server) => {
    expect(unfitType(directory, server)).toBeUndefined()
  })

  it.each([
    [
      'both',
      config({ type: 'generic' }),
      "directory.type is 'generic', and the server is 389 Directory Server (389-Directory/2.3.1): its ids are in " +
        'nsUniqueId, and entryUUID is read; its disabled accounts are told by nsAccountLock, and nobody is taken for ' +
        'disabled',
      'Set directory.type: 389ds; once there are users, keep their ids by directory.id: entryUUID',
    ],
    [
      'disabled accounts',
      config({ type: 'active-directory', id: 'nsUniqueId' }),
      "directory.type is 'active-directory', and the server is 389 Directory Server (389-Directory/2.3.1): its " +
        'disabled accounts are told by nsAccountLock, and userAccountControl is read',
      'Set directory.type: 389ds',
    ],
  ])('does not fit where the server tells %s elsewhere', (_what, directory, what, todo) => {
    expect(unfitType(directory, ds389)).toEqual({ what, todo })
  })
})
