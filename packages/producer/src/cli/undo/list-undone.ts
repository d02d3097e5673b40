import { zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import { formatTime } from '@provisioner/shared/format-time.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { describeUnreadable } from '@provisioner/shared/ledger/unreadable.ts'
import { PRESENCE, type Kept, type Undone } from '@provisioner/shared/ledger/undone.ts'
import { sentence } from '@provisioner/shared/sentence.ts'
import type { CliSession } from '../session.ts'
import { shown } from './describe-undo.ts'

/** `provisioner undo --list`: what was undone, and stays so, whatever the directory says. @throws ConfigError */
export async function listUndone(
  session: CliSession,
  { json }: { json: boolean },
  print: (text: string) => void,
): Promise<void> {
  for (const connection of session.connections) {
    const { id } = connection
    const reader = new LedgerReader(session.redis, connectionName(connection))
    const { values: stored, unreadable } = await reader.storedUndone()
    const values = maskedIn(stored, await maskedOf(session, id))
    if (json) {
      print(JSON.stringify({ connection: id, undone: Object.fromEntries(values), unreadable }))
      continue
    }
    for (const { code, what, todo } of unreadable.map((one) => describeUnreadable(one, reader)))
      print(`${code}  ${sentence(what)}\n  ${sentence(todo)}`)
    const lines = [...values.values()].flatMap(({ label, kept }) =>
      Object.entries(kept).map(([name, one]) => `  ${label}  ${describeKept(name, one)}`),
    )
    print(
      lines.length === 0 ? `Connection '${id}': nothing stays undone.` : `Connection '${id}': ${lines.length} undone.`,
    )
    lines.forEach(print)
    if (lines.length > 0) print(`'provisioner resume ${id} --undone WHO' lets the directory decide again.`)
  }
}

/** Names of the attributes of a connection whose values nobody is to see. @throws ConfigError */
export async function maskedOf(session: Pick<CliSession, 'whole'>, connection: string): Promise<ReadonlySet<string>> {
  const { connections } = await session.whole()
  return zendeskNamesMasked(connections.find(({ id }) => id === connection)!.users.map)
}

/** The same without the values of these: of what was undone before they were masked. */
export function maskedIn<U extends Pick<Undone, 'kept'> | undefined>(
  undone: ReadonlyMap<string, U>,
  masked: ReadonlySet<string>,
): Map<string, U> {
  return new Map([...undone].map(([member, one]) => [member, one && { ...one, kept: maskedKept(one.kept, masked) }]))
}

export function maskedKept(kept: Undone['kept'], masked: ReadonlySet<string>): Undone['kept'] {
  const shownOf = ([name, one]: [string, Kept]) => [name, masked.has(name) ? { ...one, to: '***' } : one] as const
  return Object.fromEntries(Object.entries(kept).map(shownOf))
}

/** `stays active since 2026-11-30 12:03, by ada@host (wrong import; change 17)`. */
export function describeKept(name: string, { to, by, at, reason, of }: Kept, stays = 'stays'): string {
  const why = [...(reason === undefined ? [] : [reason]), of].join('; ')
  const what = name === PRESENCE ? `${stays} ${shown(name, to)}` : `${name} ${stays} ${shown(name, to)}`
  return `${what} since ${formatTime(at)}, by ${by} (${why})`
}
