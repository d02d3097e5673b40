import { Client } from 'ldapts'
import type { SlapdServer } from '@provisioner/sandbox/servers/slapd.ts'

/** An entry as it stands; attribute names in the directory's own spelling. */
export interface SeenEntry {
  readonly dn: string
  readonly id: string
  readonly values: (attribute: string) => readonly string[]
}

/** Reads all entries of a class, without anything of the product. */
export async function lookAtDirectory(slapd: SlapdServer, objectClass: string): Promise<SeenEntry[]> {
  const client = new Client({ url: slapd.url })
  try {
    await client.bind(slapd.adminDn, slapd.adminPassword)
    const { searchEntries } = await client.search(slapd.suffix, {
      scope: 'sub',
      filter: `(objectClass=${objectClass})`,
      attributes: ['*', 'entryUUID'],
    })
    return searchEntries.map((entry) => ({
      dn: entry.dn,
      id: String(entry['entryUUID']),
      values: (attribute) => [entry[attribute] ?? []].flat().map(String),
    }))
  } finally {
    await client.unbind()
  }
}
