import type { ConnectionName } from '@provisioner/shared/ledger/keys.ts'
import type { DecidedChange } from '@provisioner/shared/ledger/decision.ts'
import type { FirstPlan } from '@provisioner/shared/ledger/cycle-state.ts'
import { readHealth, type ConnectionHealth } from '@provisioner/shared/ledger/connection-health.ts'
import { LedgerReader, type StoredProblem } from '@provisioner/shared/ledger/ledger-reader.ts'
import { newestFirst } from '@provisioner/shared/ledger/newest-first.ts'
import type { GuardMeasure } from '@provisioner/shared/ledger/held-change.ts'
import { describeUnreadable, listProblems } from '@provisioner/shared/ledger/unreadable.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { RedisClient } from '@provisioner/shared/redis-client.ts'

export type ListedProblem = Pick<StoredProblem, 'problem' | 'since' | 'failing'> & { readonly connection: string }
export type ListedHeldChange = DecidedChange & { readonly connection: string }

/** What the guard keeps back of one connection. */
export interface HeldOfConnection {
  readonly connection: string
  /** Set while the first plan waits for approval. */
  readonly firstPlan: FirstPlan | undefined
  /** True before the first cycle has ended: nobody knows what will be held. */
  readonly isNew: boolean
  readonly held: readonly DecidedChange[]
  /** How far the categories that hold something go beyond their limits. */
  readonly measures: Readonly<Record<string, GuardMeasure>>
  /** What is missing in the list, because nobody can read it in Redis. */
  readonly unreadable: readonly Problem[]
}

/** What keeps one connection from its work. */
export type TroublesOfConnection = Pick<ConnectionHealth, 'connection' | 'level' | 'troubles'>

/** What needs an admin: the pages read it from here. All who ask at once get the same lists. */
export interface CurrentTroubles {
  /** Of the connections that have any. */
  listTroubles(): Promise<TroublesOfConnection[]>
  /** Newest first. */
  listProblems(): Promise<readonly ListedProblem[]>
  listHeld(): Promise<readonly HeldOfConnection[]>
}

/** Reads the troubles of the connections from their ledgers. */
export function readTroubles(redis: RedisClient, connections: readonly ConnectionName[]): CurrentTroubles {
  const readers = connections.map((name) => new LedgerReader(redis, name))
  return {
    listTroubles: shared(async () => {
      const all = await Promise.all(connections.map((name) => readHealth(redis, name)))
      return all.filter(({ troubles }) => troubles.length > 0)
    }),
    listProblems: shared(async () => {
      const lists = readers.map(async (reader) =>
        (await listProblems(redis, reader)).map((problem) => ({ ...problem, connection: reader.connection })),
      )
      return (await Promise.all(lists)).flat().sort(newestFirst)
    }),
    listHeld: shared(() => Promise.all(readers.map(heldOf))),
  }
}

/** Reads once for all who ask while it is being read: a list can be long, and so can the line of those who ask. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined
  return () =>
    (underWay ??= read().finally(() => {
      underWay = undefined
    }))
}

async function heldOf(reader: LedgerReader): Promise<HeldOfConnection> {
  const { connection } = reader
  const [{ status, waiting }, stored, measures] = await Promise.all([
    reader.firstRun(),
    reader.storedHeldAndDecided(),
    reader.measures(),
  ])
  return {
    connection,
    firstPlan: waiting,
    isNew: status === 'new',
    held: [...stored.values.values()],
    measures,
    unreadable: stored.unreadable.map((one) => describeUnreadable(one, reader)),
  }
}
