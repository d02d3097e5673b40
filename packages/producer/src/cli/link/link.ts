import { zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { whatStands } from '../ask-for-cycle.ts'
import type { Terminal } from '../decide.ts'
import { EXIT } from '../exit-codes.ts'
import { plain } from '../explained-entry.ts'
import { readEntry, type GroupEntry, type PersonEntry } from '../explain/read-entry.ts'
import type { CliSession } from '../session.ts'
import { describeTroubles } from '../show-troubles.ts'
import { whyNotLink } from './judge-link.ts'
import { BUSY, subjectOf, writeByHand, type Subject } from './link-by-hand.ts'
import { differencesOf, othersWithAddress, readSide, type LinkDifference, type LinkSide } from './link-side.ts'

export interface LinkOptions {
  /** Why; is kept in the history. */
  readonly reason?: string
  readonly json: boolean
}

/** What is shown before somebody says yes, and with --json. */
interface LinkPlan {
  readonly connection: string
  readonly kind: 'user' | 'group'
  readonly id: string
  readonly dn: string
  readonly label: string
  /** What it is linked to now. */
  readonly from: number | null
  readonly to: number
  /** The object in words; null where Zendesk has none. */
  readonly object: string | null
  readonly differences: readonly LinkDifference[]
  readonly refused: string | null
  readonly warnings: readonly string[]
}

/**
 * `provisioner link`: joins an entry to a user or group of Zendesk that an admin names, after it has shown both sides.
 * Returns the exit code: 1 where it may not be done, nobody is found, or nobody said yes.
 *
 * @throws EmptyTextError, EntryUnidentifiedError, ZendeskError, and whatever the directory throws
 */
export async function link(
  session: CliSession,
  who: string,
  zendeskId: number,
  { json, reason }: LinkOptions,
  { print, confirm }: Terminal,
): Promise<number> {
  const signal = new AbortController().signal
  const subject = await subjectOf(session, who, 'link', signal)
  if (typeof subject === 'string') {
    print(subject)
    return EXIT.failed
  }
  const { plan, side } = await planLink(subject, zendeskId, signal)
  const end = (linked: boolean, says: string) => {
    print(json ? JSON.stringify({ ...plan, linked }) : says)
    return linked || plan.from === plan.to ? EXIT.done : EXIT.failed
  }
  if (plan.from === zendeskId)
    return end(false, `'${plan.label}' is linked to Zendesk's ${plan.kind} ${zendeskId} already.`)
  if (!json) print(describe(plan))
  if (plan.refused !== null || !side) return end(false, `It may not be linked: ${plan.refused}.`)
  if (!(await confirm('Link it?'))) return end(false, 'Nothing was linked.')
  const { dn, label } = plan
  const answer = await writeByHand(session, subject, { zendeskId, applied: side.applied, dn, label }, reason)
  if (answer === 'busy') return end(false, BUSY)
  if (answer !== 'linked') return end(false, `Another entry has it meanwhile (${answer}): nothing was linked.`)
  const { connection } = subject.sources
  await session.startCycle(connection)
  const { stopping, paused, idle } = await whatStands(session, connection)
  const standing = [...stopping, ...paused, ...idle]
  const then = standing.length > 0 ? ', but that can not run yet:' : ', which plans what differs, within the guard.'
  return end(true, [`Linked. A cycle is asked for${then}`, ...describeTroubles(standing)].join('\n'))
}

async function planLink(
  subject: Subject,
  zendeskId: number,
  signal: AbortSignal,
): Promise<{ plan: LinkPlan; side: LinkSide | undefined }> {
  const { sources, kind, id, record, isInDirectory } = subject
  const { connection, redis, apiUser } = sources
  const [entry, side] = await Promise.all([
    isInDirectory ? readEntry(sources, subject.dn, signal) : undefined,
    readSide(sources, kind, zendeskId, signal),
    kind === 'user' ? apiUser.ask(signal) : undefined,
  ])
  const person = entry?.kind === 'user' ? entry : undefined
  const group = entry?.kind === 'group' ? entry : undefined
  const mapped = (name: string) => mappedValue(person, name)
  const reader = side?.owner && new LedgerReader(redis, connectionName({ ...connection, id: side.owner.connection }))
  const [owner] = reader && side.owner ? await reader.records(kind, [side.owner.id]) : []
  const refused = whyNotLink({
    kind,
    connection: connection.id,
    id,
    side,
    ownerDn: owner?.dn,
    isInDirectory: entry !== undefined,
    outOfScope: person?.scope.outOfScope ?? group?.outOfScope ?? [],
    leftOut: person?.mapping.kind === 'rejected' ? person.mapping.problems[0]?.what : undefined,
    mappedRole: mapped('role') ?? undefined,
    apiUserId: (await apiUser.known()) ?? null,
  })
  const email = mapped('email')
  const others = side && person ? await othersWithAddress(sources, email, zendeskId, signal) : []
  const masked = zendeskNamesMasked(connection.users.map)
  const shown = masked.has('email') ? '***' : email
  const warnings = [
    ...others.map((one) => `Zendesk user ${one} has the address '${shown}' of the entry: writing it will be refused`),
    ...(person?.disabledBy
      ? [`the entry is disabled (${person.disabledBy}): the user loses access, as every leaver does`]
      : []),
    ...((record?.unconfirmed.length ?? 0) > 0 || record?.creationSent
      ? ['a request was sent for the entry whose answer is not known yet']
      : []),
  ]
  const plan: LinkPlan = {
    connection: connection.id,
    kind,
    id,
    dn: entry?.entry.dn ?? subject.dn,
    label: record?.label || (group?.name ?? email ?? subject.label),
    from: record?.zendeskId ?? null,
    to: zendeskId,
    object: side?.words ?? null,
    differences: differences(person, group, side, masked),
    refused: refused ?? null,
    warnings,
  }
  return { plan, side }
}

function differences(
  person: PersonEntry | undefined,
  group: GroupEntry | undefined,
  side: LinkSide | undefined,
  masked: ReadonlySet<string>,
): LinkDifference[] {
  if (person && side?.user) return differencesOf(person, side.user, masked)
  if (!group?.name || !side || `'${group.name}'` === side.words) return []
  return [{ attribute: 'name', from: side.words, to: `'${group.name}'` }]
}

/** What the mapping gives an attribute; null of a masked one, and of one without a value. */
function mappedValue(person: PersonEntry | undefined, name: string): string | null {
  const result = person?.mapping.attributes.find(({ attribute }) => attribute === name)?.result
  const value = result === undefined ? null : plain(result)
  return typeof value === 'string' && value !== '***' ? value : null
}

function describe({ connection, kind, dn, id, label, from, to, object, differences: all, warnings }: LinkPlan): string {
  const before = from === null ? 'nothing' : `${kind} ${from}, which is let go of`
  return [
    `Connection '${connection}':`,
    `  entry    ${dn || id}  (${label})`,
    `  Zendesk  ${kind} ${to}${object === null ? '' : `: ${object}`}`,
    `  linked   ${before} → ${kind} ${to}`,
    ...(all.length > 0 ? ['  the directory then has written:'] : []),
    ...all.map(({ attribute, from: is, to: becomes }) => `    ${attribute}  ${is} → ${becomes}`),
    ...warnings.map((one) => `  ! ${one}`),
  ].join('\n')
}
