import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import type { GroupRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { noteEvent } from '@provisioner/shared/history/note-event.ts'
import { byOf } from '../decider.ts'
import { findOne } from '../explain/find-or-list.ts'
import type { EntrySources } from '../explain/read-entry.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import type { CliSession } from '../session.ts'

/** An entry of one connection that a command is about, with what the ledger knows of it. */
export interface Subject {
  readonly sources: PlanSources & EntrySources
  readonly kind: 'user' | 'group'
  readonly id: string
  readonly dn: string
  readonly isInDirectory: boolean
  /** What a person calls it. */
  readonly label: string
  readonly record: UserRecord | GroupRecord | undefined
}

/**
 * Finds the one entry whom a text names; a text to tell in place of it where it is nobody or not one.
 *
 * @throws EmptyTextError, and whatever a directory throws
 */
export async function subjectOf(
  session: CliSession,
  text: string,
  command: string,
  signal: AbortSignal,
): Promise<Subject | string> {
  const search = await findOne(session, text, command, signal)
  if (search.status === 'not one') return search.says
  const all: Subject[] = []
  for (const { sources, named } of search.found) {
    const { kind, id, dn, isInDirectory, label } = named
    if (id === undefined) return `'${dn}' shows no directory id: nothing can be linked to it.`
    const [record] = await sources.reader.records<UserRecord | GroupRecord>(kind, [id])
    all.push({ sources, kind, id, dn, isInDirectory, label: label ?? dn, record })
  }
  // an entry that several connections' directories have concerns those that know it
  const known = all.filter(({ record }) => record !== undefined)
  const [one, ...others] = known.length > 0 ? known : all
  if (one && others.length === 0) return one
  const ids = [one!, ...others].map(({ sources }) => sources.connection.id)
  return `Several connections have '${text}' (${ids.join(', ')}): say which by --connection.`
}

/** What the ledger did of a link, or of its end. */
type LinkAnswer = 'linked' | 'unlinked' | 'not linked' | 'busy' | `owned by ${string}`

/**
 * Writes a link by hand, or its end, as the step of a cycle of its own: one that runs meanwhile has planned with
 * another link, and writes no more. It is refused (`busy`) where the entry has changed since it was shown, and noted in
 * the history where it is done.
 */
export async function writeByHand(
  session: CliSession,
  { sources, kind, id, record }: Subject,
  link: Pick<Link, 'zendeskId' | 'applied' | 'dn' | 'label'>,
  reason: string | undefined,
): Promise<LinkAnswer> {
  const name = connectionName(sources.connection)
  const ledger = await CycleLedger.begin(session.redis, name)
  const known = {
    revision: record?.revision ?? 0,
    appliedRevision: record?.appliedRevision ?? 0,
    zendeskId: record?.zendeskId ?? null,
  }
  const [answer] = await ledger.link([
    { kind, id, ...link, suspendedByUs: false, inSync: null, known, seen: '', byHand: true },
  ])
  const zendeskId = link.zendeskId ?? known.zendeskId
  if ((answer === 'linked' || answer === 'unlinked') && zendeskId !== null)
    await noteEvent(session.redis, name.account, {
      type: answer === 'linked' ? 'link' : 'unlink',
      connection: name.connection,
      ...byOf(reason),
      about: { kind, id, label: link.label, dn: link.dn },
      zendeskId,
    })
  return answer as LinkAnswer
}

export const BUSY =
  'It is being written to just now, or has changed since it was shown: nothing was done. Say it again.'
