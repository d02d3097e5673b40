import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { CommandLineError } from '../command-line-error.ts'
import type { ChangeSource, PastChange } from './change-source.ts'

/** A smaller number is a change's; a cycle's is a time, µs since the epoch. */
const FIRST_CYCLE = 1e15

/** Thrown for what names no change and no cycle. */
export class NothingNamedError extends CommandLineError {
  override name = 'NothingNamedError' as const
  override readonly code = 'NOTHING_NAMED' as const
}

/** Thrown for a change that the history does not have, or not any more: nothing is undone by half. */
export class ChangeUnknownError extends ProvisioningError {
  override name = 'ChangeUnknownError' as const
  override readonly code = 'CHANGE_UNKNOWN' as const

  constructor(what: readonly string[]) {
    super(`The history has no ${what.join(', no ')} of these connections: 'provisioner history' has the numbers`)
  }
}

/** What is to be undone, as it was named. */
export interface Named {
  readonly changes: readonly number[]
  readonly cycles: readonly number[]
}

/** The numbers that a command line names. @throws NothingNamedError */
export function readNumbers(texts: readonly string[]): Named {
  const numbers = texts.map((text) => {
    if (!/^#?\d{1,16}$/.test(text))
      throw new NothingNamedError(
        `'${text}' is neither the number of a change nor of a cycle: see 'provisioner history'`,
      )
    return Number(text.replace('#', ''))
  })
  return { changes: numbers.filter((one) => one < FIRST_CYCLE), cycles: numbers.filter((one) => one >= FIRST_CYCLE) }
}

/**
 * The changes that were named, each once, the oldest first; and what of it the history does not have, in words.
 *
 * @param isOurs whether an admin has named its connection, or none
 * @param waits whether something that the cycle has released is still to be written
 */
export async function selectChanges(
  source: ChangeSource,
  { changes, cycles }: Named,
  isOurs: (change: PastChange) => boolean,
  waits: (cycle: number) => boolean,
): Promise<{ found: PastChange[]; missing: string[] }> {
  const named = changes.length > 0 ? (await source.withNumbers(changes)).filter(isOurs) : []
  const seqs = new Set(named.map(({ seq }) => seq))
  const missing = changes.filter((seq) => !seqs.has(seq)).map((seq) => `change ${seq}`)
  const found = [...named]
  for (const cycle of cycles) {
    const own = (await source.ofCycle(cycle)).filter(isOurs)
    if (own.length === 0 && !waits(cycle)) missing.push(`change of cycle ${cycle}`)
    found.push(...own)
  }
  return { found: inOrder(found), missing }
}

export function inOrder(changes: readonly PastChange[]): PastChange[] {
  return [...new Map(changes.map((one) => [one.seq, one])).values()].sort((a, b) => a.seq - b.seq)
}
