import { LedgerReader, type StoredProblem } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { DecidedChange } from '@provisioner/shared/ledger/held-change.ts'
import type { Redis } from 'ioredis'

export type ListedProblem = Pick<StoredProblem, 'problem' | 'since'> & { readonly connection: string }
export type ListedHeldChange = DecidedChange & { readonly connection: string }

/** What needs an admin: the pages read it from here. */
export interface CurrentTroubles {
  /** Newest first. */
  listProblems(): Promise<ListedProblem[]>
  /** Oldest first. */
  listHeld(): Promise<ListedHeldChange[]>
}

/** Reads the troubles of the connections from their ledgers. */
export function readTroubles(redis: Redis, connections: readonly string[]): CurrentTroubles {
  const readers = connections.map((connection) => new LedgerReader(redis, connection))
  const fromEach = async <T extends object>(read: (reader: LedgerReader) => Promise<readonly T[]>) => {
    const lists = await Promise.all(
      readers.map(async (reader) => (await read(reader)).map((item) => ({ ...item, connection: reader.connection }))),
    )
    return lists.flat()
  }
  return {
    async listProblems() {
      return (await fromEach((reader) => reader.problems())).sort((a, b) => b.since - a.since)
    },
    async listHeld() {
      return (await fromEach((reader) => reader.heldAndDecided())).sort((a, b) => a.since - b.since)
    },
  }
}
