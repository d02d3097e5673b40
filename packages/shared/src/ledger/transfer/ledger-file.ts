import { z } from 'zod'
import { ProvisioningError } from '../../errors.ts'

/** Thrown for a file that is no whole ledger, or not one for this place. */
export class LedgerFileError extends ProvisioningError {
  override name = 'LedgerFileError' as const
  override readonly code = 'LEDGER_FILE' as const
}

/** What the first line of an exported ledger says of it. */
export const Header = z.object({
  ledgerOf: z.string(),
  layout: z.number(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Whether producers or workers ran meanwhile: then it may be of no one moment. */
  live: z.boolean(),
})
export type Header = Readonly<z.infer<typeof Header>>

/** What the last line says: how many lines are before it, and their hash. A file without it was broken off. */
export const Trailer = z.object({ lines: z.number(), sha256: z.string() })
export type Trailer = Readonly<z.infer<typeof Trailer>>

/**
 * A key, or a part of one, as a line has it. The key is without the account's tag, so that a ledger can move to an
 * account of another name.
 */
export const Part = z.discriminatedUnion('type', [
  z.object({ key: z.string(), type: z.literal('string'), value: z.string() }),
  z.object({ key: z.string(), type: z.literal('hash'), value: z.record(z.string(), z.string()) }),
  z.object({ key: z.string(), type: z.literal('set'), value: z.array(z.string()) }),
  /** Members and their scores, in turn. */
  z.object({ key: z.string(), type: z.literal('zset'), value: z.array(z.string()) }),
  /** Whole, for a list is told from its beginning. */
  z.object({ key: z.string(), type: z.literal('list'), value: z.array(z.string()) }),
])
export type Part = Readonly<z.infer<typeof Part>>

/**
 * What of an account's keys is not the ledger: it says how things are at this moment, or can be had anew.
 *
 *   key                       | what
 *   --------------------------|---------------------------------------------------
 *   CONNECTION.QUEUE:…        | BullMQ's: the next cycle adds the jobs that are missing
 *   account:layout, :services | written by whoever works there
 *   account:budget…           | what Zendesk allowed in this minute
 *   account:memory            | how much memory this Redis has used
 *   account:token             | a secret, sealed for this installation
 *   account:ended:…           | endings of job statuses that somebody waits for
 *   account:history…          | events that are on their way into the history, and how many were dropped
 *   leases                    | they end by themselves
 */
const NOT_THE_LEDGER =
  /^(?:[^:]*\.[^:]*:|account:(?:layout$|services$|memory$|budget|history|token$|ended:|bulk-lease:|poller$|alive:|creating-groups$|removing-admins$|leavers-turn$))/

/** Whether a key, without the account's tag, is of the ledger. */
export function isOfLedger(key: string): boolean {
  return !NOT_THE_LEDGER.test(key)
}
