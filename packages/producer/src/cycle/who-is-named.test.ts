import { expect, it } from 'vitest'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { Lookup } from '../directory/directory.ts'
import { ScannedEntries } from './scanned-entries.ts'
import { whoIsNamed } from './who-is-named.ts'

const SUFFIX = 'ou=people,dc=example,dc=org'
const dnOf = (name: string) => `cn=${name},${SUFFIX}`

/** Of the ledger, what links people. */
const LINKS: Readonly<Record<string, Pick<UserRecord, 'id' | 'dn' | 'zendeskId'>>> = {
  ada: { id: 'ada', dn: 'cn=Before,dc=org', zendeskId: 17 },
  bob: { id: 'bob', dn: dnOf('bob'), zendeskId: null },
  left: { id: 'left', dn: dnOf('Left\\, Lee'), zendeskId: 18 },
  gone: { id: 'gone', dn: dnOf('gone'), zendeskId: null },
  moved: { id: 'moved', dn: dnOf('where they were'), zendeskId: 19 },
}
/** Of the directory, what is outside the scope. */
const OUTSIDE: Readonly<Record<string, Lookup>> = {
  [dnOf('moved')]: { status: 'found', entry: { id: 'moved', dn: dnOf('moved'), attributes: new Map() } },
  [dnOf('stranger')]: { status: 'found', entry: { id: 'stranger', dn: dnOf('stranger'), attributes: new Map() } },
  [dnOf('hidden')]: { status: 'hidden' },
  // full-width, which a key is not
  [dnOf('Ｓtaff')]: { status: 'hidden' },
}

function present(): ScannedEntries {
  const entries = new ScannedEntries()
  entries.add('ada', `CN=Ada Lovelace,${SUFFIX}`)
  entries.add('bob', dnOf('bob'))
  entries.add('cid', dnOf('Smith\\, Cid'))
  return entries
}

function whereabouts(asked: string[] = []) {
  return {
    present: present(),
    reader: {
      records: async (_kind: string, ids: readonly string[]) => ids.map((id) => LINKS[id]) as never[],
      async *ids() {
        yield Object.keys(LINKS)
      },
    },
    directory: {
      read: async (dn: string): Promise<Lookup> => {
        asked.push(dn)
        return OUTSIDE[dn] ?? { status: 'missing' }
      },
    },
  }
}

it.each([
  ['cn=ada  lovelace, OU=People,dc=example,dc=org', 17],
  [dnOf('bob'), 'waits'],
  [dnOf('smith\\2C cid'), 'waits'],
  [dnOf('left\\2c lee'), 18],
  [dnOf('gone'), 'nobody'],
  [dnOf('moved'), 19],
  [dnOf('stranger'), 'nobody'],
  [dnOf('hidden'), 'waits'],
  [dnOf('Ｓtaff'), 'waits'],
  [dnOf('never there'), 'nobody'],
  ['4711', 'nobody'],
])('%s names %s', async (dn, named) => {
  expect(await whoIsNamed([dn], whereabouts(), AbortSignal.timeout(10_000))).toEqual(new Map([[dn, named]]))
})

it('reads so many entries outside the scope and no more: of the others nobody can tell', async () => {
  const asked: string[] = []
  const dns = Array.from({ length: 150 }, (_, i) => dnOf(`x${i}`))
  const named = await whoIsNamed(dns, whereabouts(asked), AbortSignal.timeout(10_000))

  expect(asked.length).toBe(100)
  expect([...named.values()].filter((one) => one === 'waits').length).toBe(50)
})
