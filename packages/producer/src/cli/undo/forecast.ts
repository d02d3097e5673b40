import { type DecidedChange, decisionOn } from '@provisioner/shared/ledger/decision.ts'
import { formatEntityMember, parseEntityMember, parseHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import type { StoredValues } from '@provisioner/shared/ledger/read-stored.ts'
import { PRESENCE, type Undone } from '@provisioner/shared/ledger/undone.ts'
import { sentence } from '@provisioner/shared/sentence.ts'
import type { CyclePlan } from '../../cycle/cycle-plan.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import type { Change } from '../../plan/change.ts'
import { planOf } from '../plan-now.ts'

/** What the next cycle would do of what is undone. */
export interface Forecast {
  readonly released: readonly Change[]
  readonly held: readonly DecidedChange[]
  readonly measures: CyclePlan['measures']
  /** Of whom something is undone, and for whom a cycle would do nothing: why not, as far as that is known. */
  readonly still: readonly { readonly member: string; readonly label: string; readonly why: string }[]
}

/**
 * Plans with what is to be undone, beside what is undone already. Writes nothing.
 *
 * @throws whatever makes the scan incomplete, and Zendesk's errors
 */
export async function forecast(sources: PlanSources, undone: ReadonlyMap<string, Undone>): Promise<Forecast> {
  const stored = await sources.reader.storedUndone()
  const values = new Map(stored.values)
  for (const [member, one] of undone)
    values.set(member, { ...one, kept: { ...stored.values.get(member)?.kept, ...one.kept } })
  const supposed: StoredValues<Undone> = { values, unreadable: stored.unreadable }
  const plan = await planOf({ ...sources, undone: supposed }, { full: false })
  const released = (plan.ifApproved ?? plan).released.filter((change) => undone.has(formatEntityMember(change)))
  const held = plan.held
    .filter(({ key }) => undone.has(formatEntityMember(parseHeldKey(key))))
    .map((change) => ({ ...change, decision: decisionOn(plan.decisions, change) }))
  const moving = new Set([
    ...released.map(formatEntityMember),
    ...held.map(({ key }) => formatEntityMember(parseHeldKey(key))),
  ])
  const still = [...undone].flatMap(([member, one]) =>
    moving.has(member) ? [] : whyStill(member, one, plan, sources.connection),
  )
  return { released, held, measures: plan.measures, still }
}

/** Why nothing is done for somebody. Of a membership that is soon told by its sides. */
function whyStill(
  member: string,
  { label, kept }: Undone,
  { problems }: Pick<CyclePlan, 'problems'>,
  { groups }: PlanSources['connection'],
): Forecast['still'] {
  const { kind, id } = parseEntityMember(member)
  const problem = problems.find((one) => one.id === id && one.subject === kind)
  const isRemoval = kept[PRESENCE]?.to === 'deleted'
  const isIgnored = kind === 'group' && isRemoval && groups?.remove === 'ignore'
  const why = problem
    ? `${problem.code}: ${sentence(problem.what).replace(/\.$/, '')}`
    : isIgnored
      ? 'groups.remove is ignore: the group stays'
      : kind === 'membership'
        ? 'nothing to do now: it is so already, or follows once its group and user are there'
        : 'nothing to do now: it is so already, or the configuration switches it off'
  return [{ member, label, why }]
}
