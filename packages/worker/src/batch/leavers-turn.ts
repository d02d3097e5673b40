import { setTimeout as sleep } from 'node:timers/promises'
import type { Lease } from '@provisioner/shared/lease.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Batch } from '../entity/open-job.ts'
import type { AccountPort, LimitsPort } from '../ports.ts'

/** How long a turn lasts after its worker died, how often it is kept, and how often it is asked for, ms. */
const TURN_MS = 12_000
const KEPT_EVERY_MS = TURN_MS / 3
const ASKED_EVERY_MS = 250
/** Longest wait for a turn, ms: then a batch goes without. */
const LONGEST_MS = 10 * 60_000

/** The right to read what leavers have, until it is disposed of. */
export type Turn = AsyncDisposable

/**
 * Waits for the account's turn to read what the leavers of a batch have: their tickets, groups and brands, up to three
 * requests each. Of several batches that read at once, all would be slow, and each is given up after a while that is
 * enough for one alone: leavers would keep seats and tickets that an account's limit has room for. A job status that
 * came with the batch is given back meanwhile, for whoever has the turn may need one. A Redis that fails has not given
 * it yet.
 *
 * @returns undefined while another batch waits here: of more than one all that a worker may have under way would wait
 */
export async function takeTurn(
  {
    account,
    limits,
    report: { log },
  }: {
    readonly report: { readonly log: Pick<Logger, 'debug'> }
    readonly account: Pick<AccountPort, 'takeLeaversTurn' | 'awaitingTurn'>
    readonly limits: Pick<LimitsPort, 'releaseJobSlot'>
  },
  batch: Pick<Batch, 'token' | 'jobSlot'>,
): Promise<Turn | undefined> {
  const take = () =>
    account.takeLeaversTurn({ token: batch.token, ms: TURN_MS }).catch((error: unknown) => {
      log.debug({ err: error }, 'Turn to read what leavers have not taken; asked for again')
      return undefined
    })
  const { awaitingTurn } = account
  if (awaitingTurn.size > 0) return undefined
  awaitingTurn.add(batch.token)
  let lease: Lease | undefined
  try {
    lease = await take()
    if (!lease && batch.jobSlot !== null) {
      await limits.releaseJobSlot(batch.jobSlot)
      batch.jobSlot = null
    }
    for (const end = performance.now() + LONGEST_MS; !lease && performance.now() < end; lease = await take())
      await sleep(ASKED_EVERY_MS)
  } finally {
    awaitingTurn.delete(batch.token)
  }
  const keeping = setInterval(() => void lease?.keep().catch(() => {}), KEPT_EVERY_MS).unref()
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(keeping)
      await lease?.[Symbol.asyncDispose]()
    },
  }
}
