import { PROFILES, type DirectoryType } from '@provisioner/shared/directory-profiles/profiles.ts'
import { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import type { AccountManagement, ChannelSource } from './export-file.ts'
import type { Report } from './report.ts'

/** The keys of `directory` that a channel says something of; the addresses and the bind come from the environment. */
export interface ImportedDirectory {
  readonly type: DirectoryType
  readonly id: string | undefined
  readonly binary: readonly string[] | undefined
  readonly status: object | undefined
  readonly personClasses: readonly string[] | undefined
  readonly groupClasses: readonly string[] | undefined
  readonly membership: object | undefined
}

/** Attributes that say of an account that it is locked, in any directory that has them: true is disabled. */
const LOCKS: ReadonlySet<string> = new Set(['nsaccountlock', 'ds-pwp-account-disabled', 'pwdaccountlockedtime'])

/** Turns a channel's source settings into the keys of `directory`. @param at the channel's name for the report */
export function importDirectory(source: ChannelSource, report: Report, at: string): ImportedDirectory {
  const type = guessType(source)
  const settings = source.accountManagementSettings
  report.differs(
    `${at}dataSource`,
    'directory.urls, bindDn, bindPassword',
    `the data store${source.dataSource?.id ? ` '${source.dataSource.id}'` : ''} is not part of the export: ` +
      'LDAP_URL, LDAP_BIND_DN and LDAP_PASSWORD in the environment say where the directory is, ' +
      `taken to be of type ${type} by the attributes that the channel reads`,
  )
  if (source.changeDetectionSettings?.changedUsersAlgorithm != null)
    report.lacking(
      `${at}changeDetectionSettings`,
      'the whole directory is compared in every cycle, and the server’s own change token says when (schedule.watch)',
    )
  return {
    type,
    ...importId(source, type, report, at),
    status: importStatus(settings, type, report, `${at}accountManagementSettings`),
    ...importClasses(source, type, report, at),
    membership: importMembership(source, type, report, at),
  }
}

/**
 * The server family, by what the channel reads.
 *
 *   reads                                              | is taken for
 *   ---------------------------------------------------|------------------
 *   userAccountControl's bitmap, USNs, objectGUID      | active-directory
 *   nsUniqueId, nsAccountLock                          | 389ds
 *   ds-pwp-account-disabled, isMemberOf                | pingdirectory
 *   any other                                          | openldap
 */
function guessType(source: ChannelSource): DirectoryType {
  const id = source.guidAttributeName.toLowerCase()
  const status = source.accountManagementSettings
  const attribute = status.accountStatusAttributeName.toLowerCase()
  const memberOf = source.groupMembershipDetection?.memberOfGroupAttributeName?.toLowerCase()
  const isAd =
    status.accountStatusAlgorithm === 'ACCOUNT_STATUS_ALGORITHM_AD' ||
    source.changeDetectionSettings?.changedUsersAlgorithm === 'ACTIVE_DIRECTORY_USN'
  if (isAd || id === 'objectguid') return 'active-directory'
  if (attribute === 'ds-pwp-account-disabled' || memberOf === 'ismemberof') return 'pingdirectory'
  return id === 'nsuniqueid' || attribute === 'nsaccountlock' ? '389ds' : 'openldap'
}

function importId(
  { guidAttributeName: name, guidBinary }: ChannelSource,
  type: DirectoryType,
  report: Report,
  at: string,
) {
  const isFit = DirectoryConfig.safeParse({ type, urls: ['ldap://x'], id: name }).success
  if (!isFit) {
    report.toDo(
      `${at}guidAttributeName`,
      'directory.id',
      `'${name}' can change, or is no attribute's name: ${PROFILES[type].id} is used in its place, which never changes`,
    )
    return { id: undefined, binary: undefined }
  }
  report.taken(`${at}guidAttributeName`, 'directory.id', name)
  const known = PROFILES[type].binary
  if (guidBinary !== true || known.includes(name.toLowerCase())) return { id: name, binary: undefined }
  report.taken(`${at}guidBinary`, 'directory.binary', 'added to those of the server family')
  return { id: name, binary: [...known, name] }
}

/**
 * Who is disabled. The models say that the entry's status is `flagComparisonStatus` where the attribute is
 * `flagComparisonValue`, and `defaultStatus` where it is not there; true is taken for enabled, as its name says.
 *
 *   attribute, value        | status | becomes
 *   ------------------------|--------|----------------------------------------------
 *   the AD bitmap           | –      | bit 2 of it
 *   a lock, by its name     | any    | disabled when true
 *   any                     | false  | disabled when it has the value
 *   TRUE, FALSE, 1, 0       | true   | disabled when it has the other one
 *   any other               | true   | to do: the values that mean disabled
 */
function importStatus(
  { accountStatusAlgorithm, accountStatusAttributeName: attribute, ...flag }: AccountManagement,
  type: DirectoryType,
  report: Report,
  option: string,
): object | undefined {
  const key = 'directory.status'
  if (accountStatusAlgorithm === 'ACCOUNT_STATUS_ALGORITHM_AD') {
    const status = { attribute, bit: 2 }
    report.taken(option, key, `${attribute}, the bit of disabled accounts; accounts that have expired count too`)
    return JSON.stringify(status) === JSON.stringify(PROFILES[type].status) ? undefined : status
  }
  const value = flag.flagComparisonValue ?? ''
  const whenAbsent = flag.defaultStatus === false ? 'disabled' : 'enabled'
  const absent = whenAbsent === 'disabled' ? { whenAbsent } : {}
  if (LOCKS.has(attribute.toLowerCase())) {
    report.differs(option, key, `${attribute} locks an account when it is true, whatever flagComparisonStatus says`)
    return { attribute, disabledWhen: ['true'], ...absent }
  }
  const other = OTHERS[value.toLowerCase()]
  const disabling = flag.flagComparisonStatus === false ? value : other
  if (disabling === undefined || disabling === '') {
    report.toDo(
      option,
      key,
      `'${value}' of ${attribute} means enabled, and what means disabled is not in the export: list its values in ` +
        'disabledWhen. Until then nobody counts as disabled',
    )
    return undefined
  }
  report.taken(option, key, `${attribute} disables with '${disabling}', an entry without it is ${whenAbsent}`)
  return { attribute, disabledWhen: [disabling], ...absent }
}

const OTHERS: Readonly<Record<string, string>> = { true: 'FALSE', false: 'TRUE', '1': '0', '0': '1' }

function importClasses(
  { changeDetectionSettings: settings }: ChannelSource,
  type: DirectoryType,
  report: Report,
  at: string,
) {
  const classOf = (option: 'userObjectClass' | 'groupObjectClass', key: 'personClasses' | 'groupClasses') => {
    const name = settings?.[option]
    if (name == null || name === '') return undefined
    // the export of an Active Directory may name objectGUID there, which is no class
    const isKnown = PROFILES[type][key].some((known) => known.toLowerCase() === name.toLowerCase())
    if (isKnown || type === 'active-directory') {
      report.taken(`${at}changeDetectionSettings.${option}`, `directory.${key}`, `the default of ${type}`)
      return undefined
    }
    report.taken(`${at}changeDetectionSettings.${option}`, `directory.${key}`, name)
    return [name]
  }
  return {
    personClasses: classOf('userObjectClass', 'personClasses'),
    groupClasses: classOf('groupObjectClass', 'groupClasses'),
  }
}

/** Attributes of members that are read by the group's object classes anyway. */
const BY_CLASS: ReadonlySet<string> = new Set(['member', 'uniquemember', 'memberuid'])

function importMembership(
  { groupMembershipDetection: detection }: ChannelSource,
  type: DirectoryType,
  report: Report,
  at: string,
): object | undefined {
  const group = detection?.groupMemberAttributeName
  const user = detection?.memberOfGroupAttributeName
  const option = `${at}groupMembershipDetection`
  const membership: { group?: string | false; user?: string | false } = {}
  if (group == null || group === '') membership.group = false
  else if (!BY_CLASS.has(group.toLowerCase())) membership.group = group
  else
    report.differs(
      `${option}.groupMemberAttributeName`,
      'directory.membership.group',
      `each group is read by its object classes, ${group} among them`,
    )
  if (user == null || user === '') membership.user = false
  else if (user.toLowerCase() !== PROFILES[type].memberOf.toLowerCase()) membership.user = user
  report.taken(`${option}.memberOfGroupAttributeName`, 'directory.membership.user', user || 'none')
  if (membership.group === false && membership.user === false) {
    report.differs(option, 'directory.membership', 'neither side is named: groups are read by their object classes')
    return undefined
  }
  return Object.keys(membership).length > 0 ? membership : undefined
}
