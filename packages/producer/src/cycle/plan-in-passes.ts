import { unownedUser } from '@provisioner/shared/entity.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { FencedError } from '@provisioner/shared/ledger/script.ts'
import { awaitingDefaults } from './awaiting-defaults.ts'
import type { CyclePlan } from './cycle-plan.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import { lookAtZendesk } from './look-at-zendesk.ts'
import { meanwhile } from './meanwhile.ts'
import { planCycle } from './plan-cycle.ts'
import type { CycleScope, PlanSources } from './plan-sources.ts'
import { readDirectory } from './read-directory.ts'
import { asksAnything, NO_ANSWERS, type Answers, type Questions } from './questions.ts'

/** What becomes of what can be released before the plan is whole. */
export interface Passes {
  /** Called with a plan of what the ledger alone could answer. */
  release(plan: CyclePlan): Promise<void>
  /** A picture that was to be taken while Zendesk was looked at could not be: the next one is tried. */
  failed(error: unknown): void
}

/** Looks at Zendesk in one cycle: what the first one shows to be gone there is looked for by the second. */
const LOOKS = 2

/**
 * Plans one cycle: from the ledger alone, and when that leaves questions, once more with Zendesk's answers.
 *
 * With `passes`, what needs no answer waits for none: it is released before Zendesk is looked at, and again, from a new
 * picture of the directory, each time `schedule.every` has passed while that takes. The plan that is returned is of the
 * newest picture, and has what was not released before.
 *
 * @throws whatever keeps the scan from being complete, and Zendesk's errors: then there is no whole plan
 */
export async function planInPasses(...args: Parameters<typeof planToRepeat>): Promise<CyclePlan> {
  return (await planToRepeat(...args)).plan
}

/** The same, with what plans once more from the same picture and answers: admins may have decided something since. */
export async function planToRepeat(
  sources: PlanSources,
  scope: Omit<CycleScope, 'touched' | 'awaiting'>,
  signal: AbortSignal,
  passes?: Passes,
): Promise<{ readonly plan: CyclePlan; readonly again: () => Promise<CyclePlan> }> {
  const { connection, names } = sources
  const touched = new Set(await sources.reader.pending())
  await names.begin(scope.now, { anew: scope.audit })
  if (!passes) {
    await names.refresh(scope.now, signal)
    await names.lookForRoles(scope.now, signal)
  }

  const awaiting = await awaitingDefaults(sources.reader)
  const anew = scope.looks.users.union(new Set(awaiting.keys()))
  const readWith = (ignoreSeen: boolean) => readDirectory({ ...sources, names: names.atHand, ignoreSeen, anew }, signal)
  const planOf = async (picture: DirectoryPicture, answers: Answers, ignoreSeen = scope.ignoreSeen) => {
    const plan = await planCycle(sources, picture, answers, { ...scope, ignoreSeen, touched, awaiting }, signal)
    signal.throwIfAborted()
    return plan
  }
  const release = async (plan: CyclePlan) => {
    if (!passes) return
    for (const change of plan.released) touched.add(formatEntityMember(change))
    // A membership names such a user by `unownedUser`, for no entry owns them any more.
    for (const id of plan.dropping) touched.add(formatEntityMember({ kind: 'user', id: unownedUser(id) }))
    await passes.release(plan)
  }

  // Planning every entry takes long, so what has changed since the last cycle is released first.
  if (passes && scope.ignoreSeen) await release(await planOf(await readWith(false), NO_ANSWERS, false))
  let picture: DirectoryPicture | undefined = await readWith(scope.ignoreSeen)
  const again = async () => {
    if (!passes) return
    picture = undefined
    try {
      await release(await planOf(await readWith(false), NO_ANSWERS, false))
    } catch (error) {
      if (signal.aborted || error instanceof FencedError) throw error
      passes.failed(error)
    }
  }
  const look = async (questions: Questions, before: Answers) => {
    const asks = names.isStale || asksAnything(questions)
    if (names.isStale) picture = undefined
    const ask = async (until: AbortSignal) => {
      await names.refresh(scope.now, until)
      const answers = asks ? await lookAtZendesk(sources, questions, before, until) : before
      await names.lookForRoles(scope.now, until)
      return answers
    }
    return meanwhile(ask, { every: connection.schedule.every, again, signal })
  }

  let answers = NO_ANSWERS
  let of = picture
  let plan = await planOf(of, answers)
  const wantsRoles = () => scope.audit && names.wantsRoles(scope.now)
  const isToLook = () => names.isStale || wantsRoles() || asksAnything(plan.questions)
  for (let looks = 0; looks < LOOKS && isToLook(); looks++) {
    if (looks === 0) await release(plan)
    answers = await look(plan.questions, answers)
    of = picture ?? (await readWith(scope.ignoreSeen))
    plan = await planOf(of, answers)
  }
  return { plan, again: () => planOf(of, answers) }
}
