import type { Account } from '../account.ts'
import type { UserChange } from '../records.ts'

/** An entry as https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/ has it. */
export interface AuditEntry {
  readonly id: number
  readonly action: 'create' | 'destroy' | 'update'
  readonly actor_id: number
  readonly actor_name: string
  readonly change_description: string
  readonly created_at: string
  readonly source_id: number
  readonly source_label: string
  readonly source_type: 'user'
}

/** More are not kept: Zendesk keeps all, and a sandbox may be loaded with a hundred thousand users. */
const KEPT = 10_000

/** Who has changed what, the newest last. */
export class AuditLog {
  readonly entries: AuditEntry[] = []
  readonly #account: Account

  constructor(account: Account) {
    this.#account = account
  }

  note({ user, what, before, after }: UserChange): void {
    const actor = this.#account.users.get(this.#account.actorId)
    const action = what === 'created' ? 'create' : what === 'deleted' ? 'destroy' : 'update'
    const name = what.replace(/_changed$| of which.*/, '').replaceAll('_', ' ')
    this.entries.push({
      id: this.#account.nextId(),
      action,
      actor_id: actor?.id ?? -1,
      actor_name: actor?.name ?? 'Zendesk',
      change_description: action === 'update' ? `${name} changed from ${asText(before)} to ${asText(after)}` : '',
      created_at: this.#account.timestamp(),
      source_id: user.id,
      source_label: user.name,
      source_type: 'user',
    })
    if (this.entries.length > KEPT) this.entries.shift()
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
