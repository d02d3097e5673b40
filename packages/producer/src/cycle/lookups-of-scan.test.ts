import { expect, it } from 'vitest'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { withResolution } from '../plan/lookup-fields.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import { LookupsOfScan } from './lookups-of-scan.ts'
import { ScannedEntries } from './scanned-entries.ts'

const NAME = 'user_fields.manager'
const MAP = { user_fields: { manager: { whenEmpty: 'clear', masked: false } } }
const connection = { id: 'staff', users: { map: MAP } } as unknown as ConnectionConfig
const directory = { read: async () => ({ status: 'missing' as const }) }
/** Zendesk ids of who is linked. */
const LINKS: Readonly<Record<string, number>> = { ada: 17, bob: 18, dan: 20 }

const wanted = (id: string, manager: string): WantedUser => ({
  id,
  dn: `cn=${id}`,
  email: `${id}@example.org`,
  disabled: false,
  attributes: {},
  empty: [],
  createOnly: [],
  tagsMode: 'merge',
  lookups: { [NAME]: [`cn=${manager}`] },
})

/** A scan of four people; each is answered by this print and whom they named, or by nothing. */
function scanOf(answers: Readonly<Record<string, string>>) {
  const present = new ScannedEntries()
  for (const id of ['ada', 'bob', 'cid', 'dan']) present.add(id, `cn=${id}`)
  const reader = {
    records: async (_kind: string, ids: readonly string[]) => ids.map((id) => ({ id, zendeskId: LINKS[id] ?? null })),
    seen: async (ids: readonly string[]) => ids.map((id) => answers[id] ?? null),
    async *ids() {
      yield Object.keys(LINKS)
    },
  } as unknown as LedgerReader
  return { scan: new LookupsOfScan(present), sources: { connection, directory, reader } }
}

const settle = (
  { scan, sources }: ReturnType<typeof scanOf>,
  candidates: readonly WantedUser[] = [],
  isPart = false,
) => {
  const of = {
    candidates: new Map(candidates.map((user) => [user.id, user])),
    fingerprints: new Map(candidates.map(({ id }) => [id, 'print'])),
  }
  return scan.settle(of, { ...sources, isPart }, AbortSignal.timeout(10_000)).then((settled) => ({ ...of, settled }))
}

it('finds who names others than when they were answered, but not who is still to be created', async () => {
  const opened = scanOf({})
  const aside = (id: string, manager: string, before: string) =>
    opened.scan.setAside(wanted(id, manager), 'print', withResolution('print', before))
  expect([
    aside('ada', 'bob', '18'),
    aside('bob', 'ada', '-'),
    aside('cid', 'ada', '-'),
    aside('dan', 'cid', '-'),
  ]).toEqual([true, true, true, true])

  const { settled } = await settle(opened)

  expect(settled).toMatchObject({ moved: new Set(['bob']), unsettled: new Set(), waiting: { [NAME]: 1 }, problems: [] })
})

it('leaves to the plan whoever is answered as another entry, or by nothing', () => {
  const { scan } = scanOf({})

  for (const seen of ['print', 'another|18', 'absent', null, undefined])
    expect(scan.setAside(wanted('ada', 'bob'), 'print', seen)).toBe(false)
})

it('gives candidates the ids of whom they name, and has their answer say so', async () => {
  const opened = scanOf({ ada: withResolution('print', '-'), dan: withResolution('another', '-') })
  const { candidates, fingerprints, settled } = await settle(opened, [
    wanted('ada', 'bob'),
    wanted('bob', 'cid'),
    wanted('dan', 'ada'),
    wanted('cid', 'nobody'),
  ])

  expect([...fingerprints.values()]).toEqual(['print|18', 'print|-', 'print|17', 'print|0'])
  expect([...candidates.values()].map(({ attributes, empty, awaited }) => ({ attributes, empty, awaited }))).toEqual([
    { attributes: { user_fields: { manager: '18' } }, empty: [], awaited: [NAME] },
    { attributes: {}, empty: [] },
    { attributes: { user_fields: { manager: '17' } }, empty: [] },
    { attributes: {}, empty: [NAME] },
  ])
  expect(settled.problems).toMatchObject([{ code: 'LOOKUP_USER_UNKNOWN', attribute: NAME }])
})

it('leaves the fields of candidates alone when only a part of the directory was read', async () => {
  const { candidates, settled } = await settle(scanOf({}), [wanted('ada', 'bob')], true)

  expect(candidates.get('ada')!.attributes).toEqual({})
  expect(settled).toMatchObject({ unsettled: new Set(['ada']), moved: new Set(), problems: [] })
})
