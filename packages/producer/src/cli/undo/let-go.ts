import type { NewEvent } from '@provisioner/shared/history/note-event.ts'
import { parseEntityMember, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { undoOf, UndoneChanges, type Undone } from '@provisioner/shared/ledger/undone.ts'
import { deciderOf } from '../decider.ts'
import { findOne } from '../explain/find-or-list.ts'
import type { CliConnection, CliSession } from '../session.ts'
import { isAbout } from './is-about.ts'
import { describeKept, maskedIn, maskedOf } from './list-undone.ts'

/** Whose undone changes are let go. */
export interface LetGoOptions {
  /** Somebody as `explain` knows them, or `kind|id` as `undo --list --json` has it; undefined: everybody. */
  readonly who: string | undefined
  readonly json: boolean
}

/** As a key of the ledger's names an entity. */
const MEMBER = /^(user|group|membership)\|/

/**
 * `provisioner resume --undone`: the directory decides again about somebody of whom something was undone, and about
 * their memberships. False where nothing was.
 *
 * @throws EmptyTextError, and whatever the directory throws
 */
export async function letGo(
  session: CliSession,
  { who, json }: LetGoOptions,
  print: (text: string) => void,
): Promise<boolean> {
  const named = who === undefined || MEMBER.test(who) ? undefined : await find(session, who, print)
  if (named === null) return false
  let isDone = false
  for (const connection of session.connections) {
    const own = named?.get(connection.id)
    if (named && !own) continue
    const gone = maskedIn(await letGoIn(session, connection, who, own), await maskedOf(session, connection.id))
    isDone ||= gone.size > 0
    if (json) print(JSON.stringify({ connection: connection.id, letGo: Object.fromEntries(gone) }))
    else print(describe(connection.id, gone))
    if (gone.size > 0) await session.startCycle(connection)
  }
  return isDone
}

/** By connection; null where it is not one who is named, which is told. */
async function find(session: CliSession, who: string, print: (text: string) => void) {
  const search = await findOne(session, who, 'resume --undone', new AbortController().signal)
  if (search.status === 'found')
    return new Map(search.found.map(({ named }) => [named.connection, { kind: named.kind, id: named.id ?? '' }]))
  print(search.says)
  return null
}

async function letGoIn(
  { redis }: CliSession,
  connection: CliConnection,
  who: string | undefined,
  own: EntityName | undefined,
): Promise<Map<string, Undone | undefined>> {
  const name = connectionName(connection)
  const { by } = deciderOf(undefined)
  const eventOf = (member: string, undone: Undone | undefined): NewEvent => ({
    type: 'release-undo',
    connection: name.connection,
    by,
    about: { ...parseEntityMember(member), label: undone?.label ?? '', dn: undone?.dn ?? '' },
    undo: [...new Set(Object.values(undone?.kept ?? {}).map(undoOf))].join(', '),
  })
  const { values, unreadable } = await new LedgerReader(redis, name).storedUndone()
  const changes = new UndoneChanges(redis, name)
  if (unreadable.some(({ field }) => field === undefined)) {
    if (who === undefined) await changes.letAllGo(eventOf)
    return new Map()
  }
  const members = [...values.keys(), ...unreadable.flatMap(({ field }) => field ?? [])]
  const chosen = members.filter((member) =>
    own ? isAbout(parseEntityMember(member), own) : who === undefined || member === who,
  )
  return await changes.letGo(chosen.map(parseEntityMember), eventOf)
}

function describe(connection: string, gone: ReadonlyMap<string, Undone | undefined>): string {
  if (gone.size === 0) return `Connection '${connection}': nothing of it was undone.`
  const lines = [...gone].flatMap(([member, undone]) =>
    undone
      ? Object.entries(undone.kept).map(
          ([name, one]) => `  ${undone.label}  ${describeKept(name, one, 'stayed')}, until now`,
        )
      : [`  ${member}  could not be read`],
  )
  return [`Connection '${connection}': the directory decides again. A cycle is asked for. Let go:`, ...lines].join('\n')
}
