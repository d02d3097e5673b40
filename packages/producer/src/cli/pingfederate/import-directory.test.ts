import { describe, expect, it } from 'vitest'
import type { ChannelSource } from './export-file.ts'
import { importDirectory } from './import-directory.ts'
import { Report } from './report.ts'

const FLAG = 'ACCOUNT_STATUS_ALGORITHM_FLAG' as const

function sourceOf(changes: Partial<ChannelSource>): ChannelSource {
  return {
    guidAttributeName: 'entryUUID',
    accountManagementSettings: {
      accountStatusAttributeName: 'employeeStatus',
      accountStatusAlgorithm: FLAG,
      flagComparisonValue: 'left',
      flagComparisonStatus: false,
    },
    groupMembershipDetection: { groupMemberAttributeName: 'member', memberOfGroupAttributeName: 'memberOf' },
    baseDn: 'dc=acme',
    userSourceLocation: {},
    ...changes,
  }
}

function imported(changes: Partial<ChannelSource>) {
  const report = new Report()
  const directory = importDirectory(sourceOf(changes), report, '')
  return { directory, toDo: report.options.filter(({ became }) => became === 'to do').map(({ key }) => key) }
}

describe('the server family', () => {
  it.each<[string, Partial<ChannelSource>, string]>([
    ['entryUUID', {}, 'openldap'],
    ['objectGUID', { guidAttributeName: 'objectGUID', guidBinary: true }, 'active-directory'],
    ['USNs', { changeDetectionSettings: { changedUsersAlgorithm: 'ACTIVE_DIRECTORY_USN' } }, 'active-directory'],
    ['nsUniqueId', { guidAttributeName: 'nsUniqueId' }, '389ds'],
    ['isMemberOf', { groupMembershipDetection: { memberOfGroupAttributeName: 'isMemberOf' } }, 'pingdirectory'],
  ])('is told by what is read: %s', (_what, changes, type) => {
    expect(imported(changes).directory.type).toBe(type)
  })
})

describe('the immutable id', () => {
  it.each<[string, Partial<ChannelSource>, object]>([
    ['a text', { guidAttributeName: 'employeeNumber' }, { id: 'employeeNumber', binary: undefined }],
    ['bytes that the family knows', { guidAttributeName: 'objectGUID', guidBinary: true }, { binary: undefined }],
    [
      'other bytes',
      { guidAttributeName: 'x-guid', guidBinary: true },
      { binary: expect.arrayContaining(['x-guid', 'jpegphoto']) },
    ],
    ['what can change', { guidAttributeName: 'mail' }, { id: undefined }],
  ])('is taken: %s', (_what, changes, part) => {
    const { directory, toDo } = imported(changes)

    expect(directory).toMatchObject(part)
    expect(toDo).toEqual(directory.id === undefined ? ['directory.id'] : [])
  })
})

describe('who is disabled', () => {
  const flag = (accountStatusAttributeName: string, flagComparisonValue: string, more: object) => ({
    accountStatusAttributeName,
    accountStatusAlgorithm: FLAG,
    flagComparisonValue,
    ...more,
  })
  it.each([
    [
      'a value',
      flag('employeeStatus', 'left', { flagComparisonStatus: false }),
      { attribute: 'employeeStatus', disabledWhen: ['left'] },
    ],
    [
      'nobody without it',
      flag('active', 'TRUE', { flagComparisonStatus: true, defaultStatus: false }),
      { attribute: 'active', disabledWhen: ['FALSE'], whenAbsent: 'disabled' },
    ],
    [
      'the other of two',
      flag('active', '1', { flagComparisonStatus: true }),
      { attribute: 'active', disabledWhen: ['0'] },
    ],
    [
      'a lock',
      flag('nsAccountLock', 'true', { flagComparisonStatus: true, defaultStatus: true }),
      { attribute: 'nsAccountLock', disabledWhen: ['true'] },
    ],
    ['what the export does not say', flag('status', 'ok', { flagComparisonStatus: true }), undefined],
  ])('is told by %s', (_what, accountManagementSettings, status) => {
    const { directory, toDo } = imported({ accountManagementSettings })

    expect(directory.status).toEqual(status)
    expect(toDo).toEqual(status === undefined ? ['directory.status'] : [])
  })

  it.each([
    ['userAccountControl', undefined],
    ['msDS-UserAccountControl', { attribute: 'msDS-UserAccountControl', bit: 2 }],
  ])('is told by the bitmap of Active Directory in %s', (accountStatusAttributeName, status) => {
    const accountStatusAlgorithm = 'ACCOUNT_STATUS_ALGORITHM_AD' as const

    expect(
      imported({ accountManagementSettings: { accountStatusAttributeName, accountStatusAlgorithm } }).directory.status,
    ).toEqual(status)
  })
})

describe('classes and memberships', () => {
  it.each<[string, Partial<ChannelSource>, object]>([
    [
      'defaults',
      { changeDetectionSettings: { userObjectClass: 'inetOrgPerson', groupObjectClass: 'groupOfNames' } },
      { personClasses: undefined, groupClasses: undefined, membership: undefined },
    ],
    [
      'others',
      { changeDetectionSettings: { userObjectClass: 'person', groupObjectClass: 'acmeTeam' } },
      { personClasses: ['person'], groupClasses: ['acmeTeam'] },
    ],
    [
      'one side',
      { groupMembershipDetection: { groupMemberAttributeName: 'uniqueMember' } },
      { membership: { user: false } },
    ],
    [
      'the other side',
      { groupMembershipDetection: { memberOfGroupAttributeName: 'acmeTeams' } },
      { membership: { group: false, user: 'acmeTeams' } },
    ],
    [
      'an attribute of their own',
      { groupMembershipDetection: { groupMemberAttributeName: 'acmeMember', memberOfGroupAttributeName: 'memberOf' } },
      { membership: { group: 'acmeMember' } },
    ],
    ['neither side', { groupMembershipDetection: {} }, { membership: undefined }],
  ])('are taken where they differ: %s', (_what, changes, part) => {
    expect(imported(changes).directory).toMatchObject(part)
  })
})
