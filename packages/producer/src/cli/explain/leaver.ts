import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Directory } from '../../directory/directory.ts'
import type { RemovalCause } from '../../plan/wanted-user.ts'
import { basesOf } from '../../cycle/bases-of.ts'
import type { KnownOf } from './known-of.ts'
import type { PersonEntry } from './read-entry.ts'

/** Why somebody is not to have access, and what the configuration has become of them. */
export interface Leaver {
  readonly cause: RemovalCause
  /** Why, as the end of a sentence: `is disabled (employeeStatus: left)`. */
  readonly why: string
  /** What `users.remove` says of it. */
  readonly action: 'suspend' | 'delete' | 'ignore'
  /** Since when they have time by `users.removeAfter`, and until when, ms since the epoch; null of who has none. */
  readonly grace: { readonly since: number; readonly due: number } | null
}

/** Whether somebody has left, by the directory; undefined of who has not. */
export async function leaverOf(
  { connection, directory }: { readonly connection: ConnectionConfig; readonly directory: Directory },
  { id, entry, known }: { id: string; entry: PersonEntry | undefined; known: KnownOf },
  signal: AbortSignal,
): Promise<Leaver | undefined> {
  const found = entry ? causeOf(entry) : await causeOfAbsence(directory, connection, id, signal)
  if (found === undefined) return undefined
  const { remove, removeAfter } = connection.users
  const since = known.leavingSince
  const grace = since === null ? null : { since, due: since + removeAfter[found.cause] }
  return { ...found, action: remove[found.cause], grace }
}

function causeOf({ scope, mapping, disabledBy }: PersonEntry): Pick<Leaver, 'cause' | 'why'> | undefined {
  const { location, outOfScope: reasons } = scope
  // which are listed below
  const of = reasons.length === 1 ? `: ${reasons[0]}` : ` of all ${reasons.length} users.locations`
  if (location === null) return { cause: 'outOfScope', why: `is out of scope${of}` }
  if (mapping.disabled !== true) return undefined
  return { cause: 'disabled', why: `is disabled${disabledBy === null ? '' : ` (${disabledBy})`}` }
}

/** Who is not seen where people are looked for may be elsewhere: then they are out of scope, and not deleted. */
async function causeOfAbsence(
  directory: Directory,
  connection: ConnectionConfig,
  id: string,
  signal: AbortSignal,
): Promise<Pick<Leaver, 'cause' | 'why'>> {
  const { found, doubt } = await directory.existing([id], basesOf(connection), signal)
  if (found.has(id))
    return { cause: 'outOfScope', why: 'is out of scope: the entry lies outside of all users.locations' }
  const unsure = doubt === undefined ? '' : `, though it may be hidden: ${doubt}`
  return { cause: 'deleted', why: `has left: the directory has no such entry any more${unsure}` }
}
