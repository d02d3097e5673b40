import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { HAS_LEFT, OFFERED } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { SourceUser } from '../source/read-users.ts'

/**
 * Fewer than this, and than this share of all, may well be let in again at once: one person is re-hired, seasonal staff
 * comes back, a mistake is taken back.
 */
const LEAST = 20
const LEAST_SHARE = 0.05

/** What `seen` holds of people who were out of scope: the status kept none of them out. */
const isOutOfScope = (seen: string | null) => HAS_LEFT.has(seen) || seen === OFFERED

/**
 * Tells whether the attribute that says who is disabled was read at all. Where an entry without it is enabled, a rule
 * that hides it looks like everybody's return.
 *
 *   entries that show it | people whom it kept out | read
 *   ---------------------|-------------------------|----------------------------
 *   some                 | any                     | yes
 *   none                 | fewer                   | yes: they are enabled again
 *   none                 | 20 or more, 5 % of all  | no, unless `expectEmpty`
 *
 * Kept out are those in scope whom the ledger knows to be suspended by us, and those whom it knows and never created.
 * That is all it takes: nothing has to be remembered of the last cycle.
 */
export class StatusReading {
  readonly #connection: ConnectionConfig
  readonly #attribute: string | undefined
  #looked = 0
  #isShown = false
  #keptOut = 0

  constructor(connection: ConnectionConfig) {
    const { status } = connection.directory
    const isAsked = status && 'disabledWhen' in status && status.whenAbsent === 'enabled' && !status.expectEmpty
    this.#connection = connection
    this.#attribute = isAsked ? status.attribute : undefined
  }

  /** Takes a page of people into account, in scope or not. */
  note(people: readonly Pick<SourceUser, 'entry'>[]): void {
    const name = this.#attribute?.toLowerCase()
    if (name === undefined) return
    this.#looked += people.length
    this.#isShown ||= people.some(({ entry }) => (entry.attributes.get(name) ?? []).length > 0)
  }

  /**
   * @param ids the entries in scope that the ledger does not know as enabled: the status may have kept each of them out
   */
  async isUnread(ids: readonly string[], reader: LedgerReader): Promise<boolean> {
    if (this.#attribute === undefined || this.#isShown) return false
    // a first cycle does not ask about each of a hundred thousand
    if ((await reader.mostUsers()) < this.#least) return false
    const seen = await reader.seen(ids)
    const records = await reader.records<UserRecord>('user', ids)
    this.#keptOut = ids.filter((_id, i) => isKeptOut(records[i], seen[i] ?? null)).length
    return this.#isUnread
  }

  get problems(): Problem[] {
    if (!this.#isUnread) return []
    const attribute = this.#attribute!
    return [
      {
        code: 'STATUS_UNREAD',
        subject: 'connection',
        id: `${this.#connection.id}.status`,
        attribute,
        what:
          `None of the ${this.#looked} entries that users.locations finds shows '${attribute}' any more, as far as the ` +
          `bind DN may read, and it kept ${this.#keptOut} people out. They stay as they are, and nobody is created`,
        todo:
          `Let the bind DN read '${attribute}', or correct directory.status; if no entry is meant to have it any more, ` +
          'set directory.status.expectEmpty: true, and they are let in',
      },
    ]
  }

  get #isUnread(): boolean {
    return this.#keptOut >= this.#least
  }

  get #least(): number {
    return Math.max(LEAST, LEAST_SHARE * this.#looked)
  }
}

function isKeptOut(record: UserRecord | undefined, seen: string | null): boolean {
  if (isOutOfScope(seen)) return false
  if (record && record.revision > record.appliedRevision) return record.desired?.presence !== 'active'
  if (record?.applied) return record.suspendedByUs && record.applied.presence === 'suspended'
  // Answered without a user in Zendesk: an entry that was disabled.
  return seen !== null && record?.goneSince == null
}
