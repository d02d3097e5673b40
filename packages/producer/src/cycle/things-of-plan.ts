import { fingerprint } from '@provisioner/shared/desired.ts'
import { valueOf } from '@provisioner/shared/changed-attributes.ts'
import { decisionOn } from '@provisioner/shared/ledger/decision.ts'
import { formatEntityMember, formatHeldKey, parseHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { AskedThing, PlannedThing } from '@provisioner/shared/ledger/plan-request.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { startsOf } from './starts-of-plan.ts'

/**
 * All that a plan does and holds, as it is told apart from what another plan does; of a first plan that waits, all that
 * its approval would do. Values are in it as prints alone.
 */
export async function thingsOf(plan: CyclePlan, reader: LedgerReader): Promise<PlannedThing[]> {
  const { released, links } = plan.ifApproved ?? plan
  const starts = await startsOf({ released, links }, reader)
  const held = plan.held.map((change) => ({ ...change, decision: decisionOn(plan.decisions, change)?.decision }))
  return [
    ...links.map(({ kind, id, dn, label, zendeskId }) => ({
      ...{ key: formatHeldKey({ kind, id, part: 'link' }), state: 'link' as const, operation: `link ${kind}` as const },
      ...{ desired: printOfLink(zendeskId), from: '', dn, label },
    })),
    ...released.map(({ kind, id, dn, label, operation, desired, changed }) => {
      const key = formatEntityMember({ kind, id })
      const before = starts.get(key) ?? {}
      const from = fingerprint(changed.map((name) => [name, valueOf(before, name) ?? null]))
      return { key, state: 'released' as const, operation, desired: fingerprint(desired), from, dn, label }
    }),
    // what is not decided on in a first plan is among what its approval does
    ...held
      .filter(({ decision }) => plan.ifApproved === undefined || decision === 'rejected')
      .map(({ key, operation, print, decision = 'undecided', dn, label }) => ({
        ...{ key, state: 'held' as const, operation, desired: print, from: decision, dn, label },
      })),
  ]
}

/** Keys of those things that the ledger has as they were planned: they were carried out meanwhile. */
export async function doneOf(things: readonly AskedThing[], reader: LedgerReader): Promise<Set<string>> {
  const done = new Set<string>()
  for (const kind of ['user', 'group', 'membership'] as const) {
    const some = things.filter(({ key, state }) => state !== 'held' && parseHeldKey(key).kind === kind)
    const records = await reader.records(
      kind,
      some.map(({ key }) => parseHeldKey(key).id),
    )
    for (const [i, { key, state, operation, desired }] of some.entries()) {
      const record = records[i]
      const isLinked = state === 'link' && printOfLink(record?.zendeskId ?? null) === desired
      const isReleased = state === 'released' && record?.desired && fingerprint(record.desired) === desired
      // what is deleted for good is forgotten
      const isForgotten = !record && (operation.startsWith('delete') || operation === 'remove member')
      if (isLinked || isReleased || isForgotten) done.add(key)
    }
  }
  return done
}

function printOfLink(zendeskId: number | null): string {
  return String(zendeskId ?? 'none')
}
