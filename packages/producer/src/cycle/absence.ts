import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { LedgerRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Directory } from '../directory/directory.ts'
import { isFoundAlone } from '../plan/plan-removal.ts'
import type { RemovalCause } from '../plan/wanted-user.ts'
import { basesOf } from './bases-of.ts'

/**
 * Above this many leavers at once, causes that change nothing are not looked up: one read each would hold the cycle up.
 */
const LOOK_UPS = 200

type Cause = RemovalCause | 'unread'

/**
 * Why entries are no longer in scope.
 *
 *   under its DN                         | elsewhere, by its id | cause
 *   -------------------------------------|----------------------|--------------------------------------------------
 *   the entry, with the same id          |                      | outOfScope
 *   nothing, or an entry with another id | the entry            | outOfScope: it was moved
 *   the same                             | nothing that is seen | deleted
 *   the same                             | not asked            | deleted: both have the same done
 *   the same                             | no answer, or a part | the one that suspends, where the other one deletes;
 *                                        |                      | the one with more time, where both do the same;
 *                                        |                      | else unread: no access is taken for a busy server
 *   of which Zendesk alone told          |                      | deleted
 *   an entry without an id, or hidden    |                      | unread: it may be the same, and what hid it may be
 *                                        |                      | all that took it out of scope
 */
export class Absences {
  readonly #directory: Pick<Directory, 'read' | 'existing'>
  readonly #connection: ConnectionConfig
  readonly #signal: AbortSignal
  #doubt: string | undefined

  constructor(directory: Pick<Directory, 'read' | 'existing'>, connection: ConnectionConfig, signal: AbortSignal) {
    this.#directory = directory
    this.#connection = connection
    this.#signal = signal
  }

  /** Causes by id; of who is not among them none was looked up. @throws whatever the directory throws */
  async causesOf(absent: readonly UserRecord[]): Promise<Map<string, Cause>> {
    const isSame = this.#isSame
    if (isSame && absent.length > LOOK_UPS) return new Map()
    const causes = new Map<string, Cause>()
    for (const record of absent) {
      const there = await this.stillThere(record)
      causes.set(record.id, there === 'unread' ? there : there ? 'outOfScope' : 'deleted')
    }
    if (!isSame) for (const [id, cause] of await this.#elsewhere(absent, causes)) causes.set(id, cause)
    return causes
  }

  /** Whether the directory still has an entry under its DN; `unread` when that can't be told. */
  async stillThere({ id, dn }: Pick<LedgerRecord, 'id' | 'dn'>): Promise<boolean | 'unread'> {
    // Zendesk told of it, or a worker to whom nobody had said its DN
    if (dn === '') return false
    const lookup = await this.#directory.read(dn, [], this.#signal)
    if (lookup.status === 'unidentified' || lookup.status === 'hidden') return 'unread'
    return lookup.status === 'found' && lookup.entry.id === id
  }

  /** That it could not be told who was moved. */
  get problems(): Problem[] {
    if (this.#doubt === undefined) return []
    const { id, directory } = this.#connection
    return [
      {
        code: 'WHEREABOUTS_UNKNOWN',
        subject: 'connection',
        id: `${id}.whereabouts`,
        attribute: directory.id,
        what:
          `The server can't tell whether entries that left their DNs were deleted or moved: ${this.#doubt}. ` +
          'Where users.remove suspends for one of these causes and deletes for the other, their users are suspended; ' +
          'where users.removeAfter gives one of them more time, they have it, and where one of them keeps the seat, ' +
          'they keep it; else they stay as they are',
        todo: `Let the bind DN search for '${directory.id}' below the naming context, and have it indexed there`,
      },
    ]
  }

  /** Whether one cause has the same done as the other, at the same time. */
  get #isSame(): boolean {
    const { remove, removeAfter } = this.#connection.users
    const { agents } = remove
    const isSameSeat = agents.deleted === agents.outOfScope
    return isSameSeat && remove.deleted === remove.outOfScope && removeAfter.deleted === removeAfter.outOfScope
  }

  async #elsewhere(absent: readonly UserRecord[], causes: ReadonlyMap<string, Cause>): Promise<[string, Cause][]> {
    const { remove } = this.#connection.users
    const ids = absent.filter((one) => causes.get(one.id) === 'deleted' && !isFoundAlone(one)).map(({ id }) => id)
    const { found, doubt } = await this.#directory.existing(ids, basesOf(this.#connection), this.#signal)
    this.#doubt = doubt
    const isLost = remove.deleted !== 'ignore' && remove.outOfScope !== 'ignore'
    const inDoubt =
      remove.deleted === remove.outOfScope
        ? milderOf(this.#connection.users)
        : !isLost
          ? 'unread'
          : remove.deleted === 'suspend'
            ? 'deleted'
            : 'outOfScope'
    const others = doubt === undefined ? 'deleted' : inDoubt
    return ids.map((id) => [id, found.has(id) ? 'outOfScope' : others])
  }
}

/** Of two causes that can't be told apart, the one that gives more time, or takes less of the seat. */
function milderOf({ remove: { agents }, removeAfter }: ConnectionConfig['users']): 'deleted' | 'outOfScope' {
  if (removeAfter.deleted !== removeAfter.outOfScope)
    return removeAfter.deleted > removeAfter.outOfScope ? 'deleted' : 'outOfScope'
  const taken = ['suspend', 'light-agent', 'downgrade']
  return taken.indexOf(agents.deleted) < taken.indexOf(agents.outOfScope) ? 'deleted' : 'outOfScope'
}
