import type { InZendesk } from '@provisioner/shared/history/event.ts'
import { parseEntityMember, type EntityName } from '@provisioner/shared/ledger/entity-member.ts'
import { connectionKeys, type ConnectionName } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { LedgerRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { WAITING, type PastChange } from './change-source.ts'

/** Of several that wait: whom it is about, which cycle has released it, and its revision. */
export interface WaitingChange extends EntityName {
  /** As `CycleEvent.cycle` has it; undefined where the ledger does not say. */
  readonly cycle: number | undefined
  /** Ms since the epoch. */
  readonly revision: number
}

/**
 * What is released and not written yet, as if it had been: the history does not have it, and who takes back a cycle
 * that is half written wants to have the other half stopped. What is asked for is in the ledger alone.
 *
 * @param isAsked says of each whether it is to be taken back
 */
export async function waitingChanges(
  redis: RedisClient,
  name: ConnectionName,
  isAsked: (change: WaitingChange) => boolean,
): Promise<PastChange[]> {
  const reader = new LedgerReader(redis, name)
  const keys = connectionKeys(name)
  const pending = (await reader.pending()).map(parseEntityMember)
  const changes: PastChange[] = []
  for (const [kind, all] of Map.groupBy(pending, (one) => one.kind)) {
    const cycles = new Map<string, number | undefined>()
    const ofAll = await Promise.all(all.map(({ id }) => redis.hmget(keys.entity(kind, id), 'cycle', 'revision')))
    for (const [i, { id }] of all.entries()) {
      const [cycle, revision] = ofAll[i]!.map((text) => Number(text) || undefined)
      if (isAsked({ kind, id, cycle, revision: revision ?? 0 })) cycles.set(id, cycle)
    }
    for (const record of await reader.records(kind, [...cycles.keys()]))
      if (record?.operation && record.desired && record.revision > record.appliedRevision)
        changes.push({ seq: WAITING + changes.length, event: eventOf(name.connection, record, cycles.get(record.id)) })
  }
  return changes
}

function eventOf(connection: string, record: LedgerRecord, cycle: number | undefined): PastChange['event'] {
  const { kind, id, label, dn, operation, changed, zendeskId, revision, origin, rejection } = record
  return {
    ...{ type: 'change', at: revision, connection, kind, id, label, dn, zendeskId, revision, origin },
    outcome: rejection ? 'refused' : 'applied',
    operation: operation!,
    changed: [...changed],
    before: record.applied && { ...record.applied },
    after: afterOf(record),
    ...(cycle !== undefined && { cycle }),
  }
}

/** What Zendesk is to hold: what nobody changes, it holds by then as well. */
function afterOf(record: LedgerRecord): InZendesk {
  const { kind, desired, applied } = record
  const { presence } = desired!
  if (kind === 'group') return { presence, name: (record as { desired: { name: string } }).desired.name }
  if (kind === 'membership') return { presence }
  const [held, wanted] = [(applied as UserRecord['applied'])?.attributes, (record as UserRecord).desired!.attributes]
  const fields = { ...(held?.['user_fields'] as object), ...(wanted['user_fields'] as object) }
  const hasFields = Object.keys(fields).length > 0
  return { presence, attributes: { ...held, ...wanted, ...(hasFields && { user_fields: fields }) } }
}
