import { NO_LOOKS } from '@provisioner/producer/cycle/looks-of-cycle.ts'
import { expect } from 'vitest'
import { planChanged } from '@provisioner/producer/cycle/plan-changed.ts'
import { planInPasses } from '@provisioner/producer/cycle/plan-in-passes.ts'
import { changedSince } from '@provisioner/producer/directory/changed-filter.ts'
import { Evaluator } from '@provisioner/producer/expressions/evaluator.ts'
import type { Change } from '@provisioner/producer/plan/change.ts'
import { openSources } from '@provisioner/producer/open-sources.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { openAccount } from '@provisioner/zendesk/open-account.ts'
import { recordingDestination } from '../fixtures/log-lines.ts'
import type { World } from '../fixtures/world.ts'

const never = new AbortController().signal

/**
 * Shows that what would go out ahead of a cycle now is what the cycle would release, to the letter, and that a cycle
 * which skips what is answered releases what one would that plans everybody anew. Writes nothing. Returns how many
 * changes go out ahead; undefined where no cycle has ended that they could be told from.
 */
export async function expectPartOfCycle({ config, redis, ledger }: World): Promise<number | undefined> {
  const last = await ledger.lastCycle()
  if (last?.changeToken === undefined) return undefined
  const log = createLogger({ name: 'plans', level: 'error', destination: recordingDestination([]) })
  const [connection] = config.connections
  const id = connection!.account
  await using evaluator = new Evaluator({ log })
  await using account = openAccount({ id, config: config.accounts[id]!, redis, log, readOnly: true })
  await using sources = openSources({ config, connection: connection!, redis, zendesk: account.client, evaluator, log })
  const now = Date.now()
  const changed = changedSince(last.changeToken, last.startedAt)

  const ahead = await planChanged(sources, { changed, now, inScope: last.users }, never)
  const whole = await planInPasses(sources, { ignoreSeen: false, audit: false, looks: NO_LOOKS, now }, never)

  const full = await planInPasses(sources, { ignoreSeen: true, audit: false, looks: NO_LOOKS, now }, never)

  const inCycle = new Map(whole.released.map((change) => [formatEntityMember(change), change]))
  const released = ahead?.plan.released ?? []
  const comparable = ({ pending: _pending, ...change }: Change) => change
  expect(released.map(comparable)).toEqual(
    released.map((change) => comparable(inCycle.get(formatEntityMember(change)) ?? (undefined as never))),
  )
  const inOrder = (some: readonly Change[]) =>
    some.map(comparable).toSorted((a, b) => (formatEntityMember(a) < formatEntityMember(b) ? -1 : 1))
  expect(inOrder(whole.released)).toEqual(inOrder(full.released))
  return released.length
}
