import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { knownByDn } from '../cycle/unread-entries.ts'
import type { Lookup } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import type { AttributeTrace } from '../mapping/trace.ts'
import { plain } from './explained-entry.ts'

/** What a lookup field's value is looked up in. */
export interface LookupSources {
  /** Names of the lookup fields of users, as far as the last cycle has read them. */
  readonly lookups: ReadonlySet<string>
  readonly reader: LedgerReader
  readonly read: (dn: string) => Promise<Lookup>
  readonly isInScope: (entry: Entry) => Promise<boolean>
}

/**
 * The attributes with the users whom lookup fields would get, and why one is left out. A masked value stays one.
 *
 * @throws whatever the directory throws
 */
export async function withLookedUp(
  traces: readonly AttributeTrace[],
  sources: LookupSources,
): Promise<AttributeTrace[]> {
  return await Promise.all(
    traces.map(async (trace) => {
      const { result, ...rest } = trace
      if (!sources.lookups.has(trace.attribute) || result === undefined || result === '***') return trace
      const found = await whoIs(String(plain(result)), sources)
      if ('why' in found) return { ...rest, outcome: 'left alone' as const, why: found.why }
      const { label, zendeskId } = found
      const step = { step: 'the user of that entry', values: [JSON.stringify(label)] }
      return { ...trace, steps: [...trace.steps, step], result: JSON.stringify(String(zendeskId)) }
    }),
  )
}

/** Whom a value names, by the same rules as `who-is-named.ts`, or why nobody is written for it. */
async function whoIs(
  dn: string,
  { reader, read, isInScope }: LookupSources,
): Promise<{ readonly label: string; readonly zendeskId: number } | { readonly why: string }> {
  const there = dn.includes('=') ? await read(dn) : { status: 'missing' as const }
  if (there.status === 'hidden' || there.status === 'unidentified')
    return { why: 'the entry of that DN, or its id, can not be read: nobody knows whose user that is' }
  const id = there.status === 'found' ? there.entry.id : [...(await knownByDn('user', [dn], reader)).keys()][0]
  const [record] = id === undefined ? [] : await reader.records<UserRecord>('user', [id])
  if (record?.zendeskId != null) return { label: record.label, zendeskId: record.zendeskId }
  return there.status === 'found' && (await isInScope(there.entry))
    ? { why: 'the user of that entry is not linked yet: the field follows with the cycle after that' }
    : { why: 'LOOKUP_USER_UNKNOWN: this connection has nobody of that DN in Zendesk, so it counts as empty' }
}
