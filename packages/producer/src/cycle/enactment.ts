import { isWhole } from '@provisioner/shared/ledger/entitlements.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { enactPlan } from './enact-plan.ts'
import { heal, type HealIn } from './heal.ts'
import { noteUndone } from './note-undone.ts'
import { rememberShown } from './remember-shown.ts'

/** What one cycle carries out, in one pass or several, and how much that was. */
export class Enactment {
  readonly released: Record<string, number> = {}
  adopted = 0
  healed = 0
  #hasHealed = false
  readonly #to: HealIn

  constructor(to: HealIn) {
    this.#to = to
  }

  /**
   * Enacts a plan, then, once in a cycle, heals what was released before and never applied. Returns what could not be
   * linked. With `full` what Zendesk refused is asked of it again.
   *
   * @throws FencedError when a newer cycle has begun
   */
  async enact(plan: CyclePlan, { full }: { full: boolean }): Promise<Problem[]> {
    const { ledger, reader, queues } = this.#to
    // Before anything is given on a group's word, so that its silence is noticed later.
    await rememberShown(ledger, reader, plan, { isWhole: false })
    const { leaving, foreign, seated, defaulted, undone } = plan.noted
    await ledger.notes.forgetEntitlements(seated)
    const kept = await reader.entitlementsOf(defaulted)
    await ledger.notes.forgetDefaultGroups(
      defaulted.flatMap((id, i) => (kept[i] && !isWhole(kept[i]) ? [{ id, entitlements: kept[i] }] : [])),
    )
    await ledger.notes.noteLeaving(leaving.appeared, leaving.vanished)
    await ledger.notes.noteForeign(foreign.found, foreign.vanished)
    await noteUndone(this.#to, undone)
    const pending = await reader.pending()
    const { added, problems } = await enactPlan(plan, { ledger, reader, queues }, Date.now())
    for (const { operation } of plan.released) this.released[operation] = (this.released[operation] ?? 0) + 1
    this.adopted += plan.links.filter((link) => link.zendeskId !== null).length
    if (this.#hasHealed && !full) return problems
    this.#hasHealed = true
    this.healed += await heal(
      this.#to,
      pending.filter((member) => !added.has(member)),
      { full, now: Date.now() },
    )
    return problems
  }
}
