import { HistoryEvent } from '@provisioner/shared/history/event.ts'
import { membershipSides } from '@provisioner/shared/entity.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { ChangeSource, PastChange } from './change-source.ts'

/** A revision is a time in ms, a cycle's number one in µs. */
const US_PER_MS = 1_000

/** Entries in one call. */
const PAGE = 1_000

/**
 * The changes that the account's stream still has. A change's number is its place there: the time, and a count. Each
 * question reads the stream once, and keeps what it asks for.
 */
export function changesInStream(redis: RedisClient, account: string): ChangeSource {
  const { history } = accountKeys(account)
  const changes = async (isAsked: (change: PastChange) => boolean) => {
    const found: PastChange[] = []
    for await (const { seq, event } of eventsIn(redis, history))
      if (event.type === 'change' && isAsked({ seq, event })) found.push({ seq, event })
    return found
  }
  return {
    withNumbers: async (seqs) => {
      const asked = new Set(seqs)
      return await changes(({ seq }) => asked.has(seq))
    },
    ofCycle: async (cycle) => {
      let own: string | undefined
      const later: { connection: string; cycle: number }[] = []
      for await (const { event } of eventsIn(redis, history)) {
        if (event.type !== 'cycle' || event.cycle === undefined) continue
        if (event.cycle === cycle) own = event.connection
        if (event.cycle > cycle) later.push({ connection: event.connection, cycle: event.cycle })
      }
      const next = Math.min(...later.flatMap((one) => (one.connection === own ? [one.cycle] : [])), Infinity)
      return await changes(({ event }) => {
        if (event.cycle !== undefined) return event.cycle === cycle
        const released = event.revision * US_PER_MS
        return event.connection === own && released >= cycle && released < next
      })
    },
    about: async (connection, one, since) =>
      await changes(({ event }) => event.connection === connection && event.at >= since && isAbout(event, one)),
    after: async (connection, entities, seq) => {
      const members = new Set(entities.map(formatEntityMember))
      const isOne = (event: PastChange['event']) =>
        event.connection === connection && members.has(formatEntityMember(event))
      return await changes((change) => change.seq > seq && isOne(change.event))
    },
  }
}

async function* eventsIn(redis: RedisClient, key: string): AsyncGenerator<{ seq: number; event: HistoryEvent }> {
  let from = '-'
  for (;;) {
    const entries = await redis.xrange(key, from, '+', 'COUNT', PAGE)
    for (const [id, fields] of entries) {
      const event = parse(fields[1] ?? '')
      if (event) yield { seq: numberOf(id), event }
    }
    const last = entries.at(-1)
    if (!last || entries.length < PAGE) return
    from = `(${last[0]}`
  }
}

function isAbout({ kind, id }: PastChange['event'], one: { readonly kind: string; readonly id: string }): boolean {
  if (kind !== 'membership') return kind === one.kind && id === one.id
  const { groupId, userId } = membershipSides(id)
  return one.id === (one.kind === 'user' ? userId : groupId)
}

function parse(text: string): HistoryEvent | undefined {
  try {
    return HistoryEvent.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** The last eleven digits of its ms, with room for a thousand in each: less than any cycle's. */
function numberOf(id: string): number {
  const [ms = '0', count = '0'] = id.split('-')
  return (Number(ms) % 1e11) * 1_000 + Number(count)
}
