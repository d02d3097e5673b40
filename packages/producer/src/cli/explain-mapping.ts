import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import { roleIndex } from '../cycle/member-index.ts'
import { roleGroupsOf } from '../cycle/user-policy.ts'
import { normaliseDn } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import { classesOf } from '../directory/classes-of.ts'
import { readGroups, type DirectoryGroups } from '../source/read-groups.ts'
import { toUser, userAttributes } from '../source/read-users.ts'
import { whyOutOfScope } from '../source/why-out-of-scope.ts'
import { describeEntry } from './describe-entry.ts'
import { asJson, type ExplainedEntry } from './explained-entry.ts'
import { withLookedUp } from './explain-lookups.ts'
import { isAbout, withUnknownNames } from './reported-of-entry.ts'
import { findEntries, isDn } from './find-entries.ts'
import { EmptyTextError } from './selection.ts'
import type { CliSession } from './session.ts'

/** Thrown for an entry that shows no id: nothing can be keyed on it. */
export class EntryUnidentifiedError extends ProvisioningError {
  override name = 'EntryUnidentifiedError' as const
  override readonly code = 'ID_MISSING' as const

  constructor(dn: string, attribute: string) {
    super(
      `'${dn}' shows no single value in '${attribute}', the configured id (directory.id): nothing can be keyed on it. ` +
        'Let the bind DN read it, or name another immutable attribute',
    )
  }
}

/**
 * `provisioner map`: what one entry maps to, step by step; that it is out of scope, a group, or not there, first of
 * all. Who is looked for is named by DN, user id, address or name. Masked values are not shown. False when nothing was
 * found, or more than one entry.
 *
 * @throws EmptyTextError
 */
export async function explainMapping(
  session: CliSession,
  named: string,
  { json }: { json: boolean },
  print: (text: string) => void,
): Promise<boolean> {
  if (named.trim() === '') throw new EmptyTextError('map names nobody: give it a DN, a user id, an address or a name')
  const signal = new AbortController().signal
  const found: ExplainedEntry[] = []
  const several = new Map<string, string>()
  for (const { id } of session.connections) {
    const sources = await session.sources(id)
    const { connection } = sources
    const dns = isDn(named) ? [named] : await findEntries(sources.directory, connection, named, signal)
    if (dns.length > 1) for (const dn of dns) several.set(normaliseDn(dn), dn)
    else if (dns[0] !== undefined) {
      const explained = await explain(session, connection, sources, dns[0], signal)
      if (explained) found.push(explained)
    }
  }
  if (several.size > 0) {
    print([`${several.size} entries are known as '${named}': name one by its DN.`, ...several.values()].join('\n  '))
    return false
  }
  if (found.length === 0) print(notFound(named))
  // An entry that several connections' directories have concerns those that have it in scope.
  const inScope = found.filter((one) => one.outOfScope.length === 0)
  for (const one of inScope.length > 0 ? inScope : found) print(json ? JSON.stringify(asJson(one)) : describeEntry(one))
  return found.length > 0
}

async function explain(
  session: CliSession,
  connection: ConnectionConfig,
  { directory, mapping, names }: Awaited<ReturnType<CliSession['sources']>>,
  dn: string,
  signal: AbortSignal,
): Promise<ExplainedEntry | undefined> {
  const there = await directory.read(dn, ['objectClass'], signal)
  if (there.status === 'unidentified') throw new EntryUnidentifiedError(dn, connection.directory.id)
  if (there.status !== 'found') return undefined
  const objectClasses = (there.entry.attributes.get('objectclass') ?? []).map(String)
  const groups = await readGroups(directory, connection, roleGroupsOf(connection.users), signal)
  const attributes = userAttributes(connection, groups.tree, mapping.attributesToRead)
  const whole = await directory.read(dn, attributes, signal)
  const { entry } = whole.status === 'found' ? whole : there
  const user = toUser(entry, connection, groups.tree)
  const reader = new LedgerReader(session.redis, connectionName(connection))
  const stored = await reader.problems()
  const problems = stored.filter(({ problem }) => isAbout(problem, entry))
  const about = { connection: connection.id, dn: entry.dn, id: entry.id, objectClasses, problems }
  if (isGroup(objectClasses, connection)) {
    const [record] = await reader.records<LedgerRecord>('group', [entry.id])
    const { why, ...group } = groupOf(groups, entry)
    return { ...about, group, outOfScope: why, zendeskId: record?.zendeskId ?? null }
  }
  const [record] = await reader.records<LedgerRecord>('user', [entry.id])
  const roles = roleIndex(groups)(user)
  const explained = await mapping.explain(entry, { groupsOf: () => roles, now: Date.now() })
  await names.recall(Date.now())
  const lookedUp = await withLookedUp(explained.attributes, {
    lookups: names.atHand.lookups,
    reader,
    read: (other) => directory.read(other, attributes, signal),
    isInScope: async (other) => {
      const one = toUser(other, connection, groups.tree)
      return (await whyOutOfScope(directory, connection, groups.tree, one, signal)).length === 0
    },
  })
  const { traces, unknown } = withUnknownNames(lookedUp, stored)
  return {
    ...about,
    problems: [...problems, ...unknown],
    outOfScope: await whyOutOfScope(directory, connection, groups.tree, user, signal),
    zendeskId: record?.zendeskId ?? null,
    mapping: { ...explained, attributes: traces },
  }
}

/** An entry that can be a person as well is one. */
function isGroup(objectClasses: readonly string[], { directory }: ConnectionConfig): boolean {
  const { group, filteredPerson: person } = classesOf(directory)
  const classes = new Set(objectClasses.map((one) => one.toLowerCase()))
  const isOneOf = (names: readonly string[]) => names.some((name) => classes.has(name.toLowerCase()))
  return isOneOf(group) && !isOneOf(person)
}

function groupOf({ managed, tree, nameless }: DirectoryGroups, { id, dn }: Entry) {
  const members = tree.membersOf(normaliseDn(dn), false).size
  const one = managed.find((group) => group.id === id)
  if (one) return { name: one.name, members, why: [] }
  const why = nameless.some((group) => group.id === id)
    ? 'it has no value in groups.match'
    : 'no location of groups.locations has it'
  return { name: null, members, why: [why] }
}

function notFound(named: string): string {
  return isDn(named)
    ? `No connection's directory has '${named}', or the bind DN may not read it.`
    : `No connection's directory has anybody or any group that is known as '${named}' below its bases, or the bind DN may not read them. 'provisioner map' takes a DN, a user id, an address or a name.`
}
