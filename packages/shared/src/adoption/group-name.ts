import type { OwnerRef } from '../ledger/owner.ts'
import type { Problem } from '../problem.ts'
import { describeOwner } from './describe-owner.ts'

/** A group that has a name in Zendesk, where names are not unique. */
export interface NamedGroup {
  readonly zendeskId: number
  readonly name: string
  /** The entry that it belongs to; null for nobody. */
  readonly owner: OwnerRef | null
  /** Whether its owner is about to give the name up. */
  readonly leaves?: boolean
}

/** Whether an entry's group may have a name. */
export type NameVerdict<G extends NamedGroup> =
  /** Nobody has it, or whoever has it gives it up: those are waited for. */
  | { readonly status: 'free' }
  /** One group has it that is nobody's: the entry is linked to that. */
  | { readonly status: 'link'; readonly group: G }
  | { readonly status: 'refused'; readonly code: NameRefusal; readonly groups: readonly [G, ...G[]] }

/** Codes of refusals of a group's name. Each is judged anew when somebody looks again. */
export const NAME_REFUSALS = ['GROUP_NAME_TAKEN', 'GROUP_AMBIGUOUS', 'GROUP_OWNED'] as const
export type NameRefusal = (typeof NAME_REFUSALS)[number]

/**
 * Judges whose a group's name is, by the groups of that name in Zendesk, the entry's own left out.
 *
 *   the name is of                       | a linked group   | one to be linked or created
 *   -------------------------------------|------------------|----------------------------
 *   several groups of nobody             | GROUP_NAME_TAKEN | GROUP_AMBIGUOUS
 *   one group of nobody                  | GROUP_NAME_TAKEN | link
 *   a group of another entry that stays  | GROUP_NAME_TAKEN | GROUP_OWNED
 *   groups that leave it, or none        | free             | free
 */
export function judgeGroupName<G extends NamedGroup>(
  groups: readonly G[],
  { isLinked }: { readonly isLinked: boolean },
): NameVerdict<G> {
  const [one, ...others] = groups.filter(({ owner }) => owner === null)
  const stays = groups.find(({ owner, leaves }) => owner !== null && leaves !== true)
  const refused = (code: NameRefusal, by: readonly [G, ...G[]]) => ({ status: 'refused', code, groups: by }) as const
  if (one && isLinked) return refused('GROUP_NAME_TAKEN', [one, ...others])
  if (one && others.length > 0) return refused('GROUP_AMBIGUOUS', [one, ...others])
  if (one) return { status: 'link', group: one }
  if (stays) return refused(isLinked ? 'GROUP_NAME_TAKEN' : 'GROUP_OWNED', [stays])
  return { status: 'free' }
}

/**
 * What an admin is told of a refused name.
 *
 * @param current what the entry's group is called; undefined for one that is not linked
 */
export function describeNameRefusal(
  { code, groups }: Extract<NameVerdict<NamedGroup>, { status: 'refused' }>,
  { name, current }: { name: string; current: string | undefined },
): Pick<Problem, 'what' | 'todo'> & { readonly code: NameRefusal } {
  const [{ zendeskId, owner }] = groups
  const ids = groups.map((group) => group.zendeskId).join(', ')
  switch (code) {
    case 'GROUP_NAME_TAKEN': {
      const whose = owner ? `it belongs to ${describeOwner(owner)}` : 'nobody here manages it'
      return {
        code,
        what: `Zendesk has a group named '${name}' already (${ids}, ${whose}); '${current}' keeps its name`,
        todo: 'Rename or delete that group in Zendesk, or give the directory group another name',
      }
    }
    case 'GROUP_AMBIGUOUS':
      return {
        code,
        what: `Zendesk has ${groups.length} groups named '${name}' (${ids}); none was linked`,
        todo: 'Rename or delete all but one of them in Zendesk',
      }
    case 'GROUP_OWNED':
      return groupOwned({ name, zendeskId, owner: describeOwner(owner!) })
    default:
      throw new TypeError(`No words for ${String(code satisfies never)}`)
  }
}

/** The Zendesk group that an entry would have is another entry's. @param owner in words, see `describeOwner` */
export function groupOwned({ name, zendeskId, owner }: { name: string; zendeskId: number | null; owner: string }) {
  return {
    code: 'GROUP_OWNED',
    what: `Zendesk's group '${name}' (${zendeskId}) belongs to ${owner} already`,
    todo: 'Give the two directory groups different names, or take one of them out of groups.locations',
  } as const
}
