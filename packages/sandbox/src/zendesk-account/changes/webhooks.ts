import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../account.ts'
import { showUser } from '../users/show-user.ts'
import type { UserChange } from '../records.ts'

export interface Webhook {
  readonly id: string
  readonly name: string
  readonly endpoint: string
  readonly subscriptions: readonly string[]
  readonly secret: string
}

/** A request of a webhook, and what was answered; 0 for nothing. */
export interface Delivered {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  status: number
}

/** Tries of a delivery: Zendesk repeats what is answered by 429 or 503 with a time of less than a minute. */
const TRIES = 4

/** The webhooks of an account that are subscribed to events of users. */
export class Webhooks implements Disposable {
  readonly all = new Map<string, Webhook>()
  /** The newest last. */
  readonly deliveries: Delivered[] = []
  readonly #account: Account
  readonly #closing = new AbortController()

  constructor(account: Account) {
    this.#account = account
  }

  add(name: string, endpoint: string, subscriptions: readonly string[]): Webhook {
    const secret = randomBytes(32).toString('base64url')
    const webhook = { id: randomUUID(), name, endpoint, subscriptions, secret }
    this.all.set(webhook.id, webhook)
    return webhook
  }

  /** Sends an event of each change to whoever is subscribed to its kind; nobody waits for it. */
  note({ user, what, before, after, groupId }: UserChange): void {
    const type = `zen:event-type:user.${what}`
    const subscribed = [...this.all.values()].filter((one) => one.subscriptions.includes(type))
    if (subscribed.length === 0) return
    const { created_at, email, external_id, default_group_id, id, organization_id, role, updated_at } = showUser(
      this.#account,
      user,
    )
    const ids = { default_group_id, id, organization_id }
    const texts = Object.fromEntries(
      Object.entries(ids).map(([name, one]) => [name, one === null ? null : String(one)]),
    )
    const event = groupId === undefined ? { previous: before, current: after } : { group_id: String(groupId) }
    const body = JSON.stringify({
      type,
      account_id: 22129848,
      id: randomUUID(),
      time: new Date().toISOString(),
      zendesk_event_version: '2022-11-06',
      subject: `zen:user:${user.id}`,
      detail: { created_at, email, external_id, role, updated_at, ...texts },
      event,
    })
    for (const webhook of subscribed) void this.#deliver(webhook, body)
  }

  async #deliver({ endpoint, secret }: Webhook, body: string): Promise<void> {
    for (let tries = 0; tries < TRIES && !this.#closing.signal.aborted; tries++) {
      const timestamp = new Date().toISOString()
      const signature = createHmac('sha256', secret)
        .update(timestamp + body)
        .digest('base64')
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'x-zendesk-webhook-signature': signature,
        'x-zendesk-webhook-signature-timestamp': timestamp,
      }
      const delivered: Delivered = { endpoint, headers, body, status: 0 }
      this.deliveries.push(delivered)
      const answer = await fetch(endpoint, { method: 'POST', headers, body, signal: this.#closing.signal }).catch(
        () => {},
      )
      delivered.status = answer?.status ?? 0
      const wait = Number(answer?.headers.get('retry-after') ?? Infinity)
      if ((answer?.status !== 429 && answer?.status !== 503) || wait >= 60) return
      await sleep((wait * 1_000) / this.#account.settings.clock, undefined, { signal: this.#closing.signal }).catch(
        () => {},
      )
    }
  }

  [Symbol.dispose](): void {
    this.#closing.abort()
  }
}
