import type { NamedGroup } from '@provisioner/shared/adoption/group-name.ts'
import { idWithin } from '@provisioner/shared/ledger/owner.ts'
import type { Lease } from '@provisioner/shared/lease.ts'
import type { GroupRecord } from '@provisioner/shared/ledger/record.ts'
import type { Needs } from '../ports.ts'

/** A group of Zendesk that has a name. */
export interface NameHolder extends NamedGroup {
  /** The name it gives way to, '' for its deletion; null when the name stays with it. */
  readonly next: string | null
}

type Account = Needs<'zendesk' | 'records' | 'settings' | 'account'>

/**
 * Zendesk's groups as one batch knows them: listed when a name is first asked for, then kept up with what it writes. A
 * batch that gives names has the account's right to do so until it is disposed.
 */
export class GroupNames implements AsyncDisposable {
  readonly #ports: Account
  readonly #token: string
  #right: Lease | undefined
  #listed: Promise<Map<number, string>> | undefined

  /** @param token names the batch */
  constructor(ports: Account, token: string) {
    this.#ports = ports
    this.#token = token
  }

  /** Takes the right to give names, or makes it last anew. False while another batch of the account has it. */
  async takeRight(): Promise<boolean> {
    const terms = { token: this.#token, ms: this.#ports.settings.requestTimeoutMs * 2 }
    const taken = await this.#ports.account.takeGroupCreation(terms)
    this.#right = taken ?? this.#right
    return taken !== undefined
  }

  /** Makes the right last anew; false when it has ended. */
  async keepRight(): Promise<boolean> {
    return (await this.#right?.keep()) ?? false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#right?.[Symbol.asyncDispose]()
  }

  /** What Zendesk calls a group; undefined when the list lacks it. */
  async nameOf(zendeskId: number): Promise<string | undefined> {
    return (await this.#names()).get(zendeskId)
  }

  /** Who has a name, in whatever case; `except` is the group that asks. */
  async holders(name: string, except: number | null): Promise<NameHolder[]> {
    const held = [...(await this.#names())].filter(([id, other]) => id !== except && isSame(other, name))
    if (held.length === 0) return []
    const { settings, records } = this.#ports
    const { connection } = settings
    const owners = await records.ownersOf(
      'group',
      held.map(([id]) => id),
    )
    return Promise.all(
      held.map(async ([zendeskId, current], i) => {
        const owner = owners[i] ?? null
        const id = idWithin(connection, owner)
        const [record] = id === undefined ? [] : await records.records<GroupRecord>('group', [id])
        const next = nextName(record, current)
        return { zendeskId, name: current, owner, next, leaves: next !== null }
      }),
    )
  }

  /** Whether the groups that have the name wait, one for the other, for the name that this group gives up. */
  async waitForOneAnother(zendeskId: number, name: string): Promise<boolean> {
    const asked = new Set<number>()
    for (let next = name; ;) {
      const holders = await this.holders(next, null)
      if (holders.some((holder) => holder.zendeskId === zendeskId)) return true
      const [holder] = holders
      if (!holder?.next || asked.has(holder.zendeskId)) return false
      asked.add(holder.zendeskId)
      next = holder.next
    }
  }

  /** Takes in what was written; null for a deletion. */
  async wrote(zendeskId: number, name: string | null): Promise<void> {
    const names = await this.#listed
    if (name === null) names?.delete(zendeskId)
    else names?.set(zendeskId, name)
  }

  #names(): Promise<Map<number, string>> {
    return (this.#listed ??= this.#ports.zendesk.groups
      .list()
      .then((groups) => new Map(groups.map((group) => [group.id, group.name]))))
  }
}

function nextName(record: GroupRecord | undefined, current: string): string | null {
  if (!record?.desired || record.revision <= record.appliedRevision || record.rejection) return null
  if (record.desired.presence === 'deleted') return ''
  return isSame(record.desired.name, current) ? null : record.desired.name
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
