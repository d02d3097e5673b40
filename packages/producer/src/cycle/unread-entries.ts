import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import { normaliseDn } from '../directory/dn.ts'

/**
 * Of entries that are in the directory and show no id, those that the ledger knows by their DN: directory ids. What
 * they have in Zendesk stays as it is, for nobody knows what they ask for.
 */
export async function knownByDn(
  kind: 'user' | 'group',
  dns: Iterable<string>,
  reader: LedgerReader,
): Promise<Map<string, string>> {
  const wanted = new Map([...dns].map((dn) => [normaliseDn(dn), dn]))
  const known = new Map<string, string>()
  if (wanted.size === 0) return known
  for await (const ids of reader.ids(kind))
    for (const record of await reader.records(kind, ids)) {
      const dn = record && wanted.get(normaliseDn(record.dn))
      if (dn !== undefined) known.set(record!.id, dn)
    }
  return known
}

/** An entry that nothing can be keyed on. */
export function unidentifiedEntry(kind: 'user' | 'group', dn: string, attribute: string): Problem {
  return {
    code: 'ID_MISSING',
    subject: kind,
    id: dn,
    dn,
    attribute,
    what:
      `The entry has no single value in '${attribute}', or the bind DN may not read it; ` +
      `what ${kind === 'user' ? 'the user' : 'the group'} has in Zendesk stays as it is`,
    todo: `Let the bind DN read '${attribute}', or name another immutable attribute in directory.id`,
  }
}

/** Something that no location finds any more, and that is not gone as far as the directory tells. */
export function unreadEntry({ id, dn }: Pick<LedgerRecord, 'id' | 'dn'>, kind: 'user' | 'group'): Problem {
  return {
    code: 'ENTRY_UNREAD',
    subject: kind,
    id,
    dn,
    what:
      `No location finds the entry any more, and whether it is gone can't be told: the bind DN may not read it, or not its ` +
      `id. What the ${kind} has in Zendesk stays as it is`,
    todo:
      "Let the bind DN read the entry with its object class and the attribute of 'directory.id'. If it is meant to be out " +
      'of scope, hide it altogether, or move it',
  }
}
