import { expect, it } from 'vitest'
import { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { CycleNotes } from '@provisioner/shared/ledger/cycle-notes.ts'
import { summaryWith } from '@provisioner/shared/ledger/cycle-summary.fixture.ts'
import { awaiting, NOTHING_KEPT } from '@provisioner/shared/ledger/entitlements.ts'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { accountKeys, connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { parseClaim } from '@provisioner/shared/ledger/owner.ts'
import { FencedError } from '@provisioner/shared/ledger/script.ts'
import { openRedis, type TestRedis } from '../../fixtures/open-redis.ts'

const [connection, account] = ['staff', 'acme']
const names = (prefix: string, count: number) => new Set(Array.from({ length: count }, (_none, i) => `${prefix}${i}`))
const nothing = { appeared: new Set<string>(), vanished: new Set<string>() }
const held = (key: string): HeldChange => ({
  key,
  category: 'users',
  operation: 'suspend user',
  dn: 'uid=ada',
  label: 'ada',
  cause: 'deleted',
  print: 'p',
  since: 1,
})
const problem = { code: 'EMAIL_OWNED', subject: 'user', id: 'u1', what: 'w', todo: 't' } as const
const firstPlan = { at: 1, changes: {}, undecided: {}, guarded: {}, adopted: 0 }

type Note = readonly [
  what: string,
  note: (notes: CycleNotes) => Promise<void>,
  read: (reader: LedgerReader, server: TestRedis) => Promise<unknown>,
  noted: unknown,
]

it.each<Note>([
  [
    'claims on other connections’ users',
    (notes) => notes.claim(new Map([[7, 'u|1']]), 5),
    async (_reader, { redis }) => parseClaim(await redis.hget(accountKeys(account).claims, '7')),
    { connection, id: 'u|1', at: 5 },
  ],
  [
    'what the guard keeps back',
    async (notes) => {
      await notes.hold([held('user|u1'), held('user|u2')], [])
      await notes.hold([held('user|u3')], ['user|u1'])
    },
    async (reader) => (await reader.held()).map(({ key }) => key),
    ['user|u2', 'user|u3'],
  ],
  [
    'which groups show members, however many',
    async (notes) => {
      await notes.rememberShown({ groups: { ...nothing, appeared: names('g', 20_001) }, users: nothing })
      await notes.rememberShown({ groups: { ...nothing, vanished: names('g', 20_000) }, users: nothing })
    },
    (reader) => reader.shownGroups(),
    new Set(['g20000']),
  ],
  [
    'that users have their default group, and what else is kept of them',
    async (notes) => {
      const entitlements = awaiting(3)
      await notes.forgetDefaultGroups([
        { id: 'u1', entitlements: { ...entitlements, unasked: true } },
        { id: 'u2', entitlements },
      ])
    },
    async (reader) => Object.fromEntries(await reader.entitlements()),
    { u1: { ...NOTHING_KEPT, unasked: true } },
  ],
  [
    'a first plan',
    (notes) => notes.awaitApproval(firstPlan),
    async (reader) => (await reader.firstRun()).status,
    'waiting',
  ],
  [
    'what Zendesk was asked',
    (notes) => notes.rememberLookUps({ names: { readAt: 1 }, apiUser: { whose: 'w', id: 7 } }),
    async (_reader, { redis }) => [
      await redis.get(connectionKeys({ account, connection }).names),
      await redis.hget(accountKeys(account).apiUser, 'w'),
    ],
    ['{"readAt":1}', '7'],
  ],
  [
    'problems, and that they are solved',
    async (notes) => {
      const entry = { problem, since: 1, source: 'cycle' } as const
      await notes.report(new Map([...names('p', 3)].map((key) => [key, entry])), [])
      await notes.report(new Map(), [...names('p', 2)])
    },
    async (reader) => (await reader.problems()).length,
    1,
  ],
  [
    'that the first plan was carried out',
    (notes) =>
      notes.end({
        summary: summaryWith({ startedAt: 9 }),
        measures: {},
        enacted: { audited: true },
        mapping: 'm',
        found: undefined,
        countedMs: 1,
        events: [],
      }),
    async (reader) => [(await reader.firstRun()).status, await reader.mappingFingerprint(), await reader.lastAudit()],
    ['done', 'm', 9],
  ],
  [
    'that the first plan waits still',
    (notes) =>
      notes.end({
        summary: summaryWith({ startedAt: 9 }),
        measures: {},
        enacted: undefined,
        mapping: 'm',
        found: undefined,
        countedMs: 1,
        events: [],
      }),
    async (reader) => [(await reader.firstRun()).status, await reader.mappingFingerprint(), await reader.lastAudit()],
    ['new', null, 0],
  ],
])('a cycle notes %s, unless a newer one has begun', async (_what, note, read, noted) => {
  await using server = await openRedis()
  const reader = new LedgerReader(server.redis, { account, connection })
  const overtaken = await CycleLedger.begin(server.redis, { account, connection })
  const before = await read(reader, server)
  const newest = await CycleLedger.begin(server.redis, { account, connection })

  await expect(note(overtaken.notes)).rejects.toThrow(FencedError)
  expect(await read(reader, server)).toEqual(before)

  await note(newest.notes)
  expect(await read(reader, server)).toEqual(noted)
})
