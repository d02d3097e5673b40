import { isEmpty, valueOf } from '@provisioner/shared/changed-attributes.ts'
import type { AttributeValue, UserAttributes } from '@provisioner/shared/desired.ts'
import { membershipId } from '@provisioner/shared/entity.ts'
import type { InZendesk } from '@provisioner/shared/history/event.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { PRESENCE, type Kept, type Undone, type UndoneBy } from '@provisioner/shared/ledger/undone.ts'
import { isAsWritten } from '../../cycle/as-zendesk-shows.ts'
import { clearingValue } from '../../mapping/clearing.ts'
import { aspectsOf, type Aspect } from './aspects-of-change.ts'
import type { PastChange } from './change-source.ts'

/** One thing that is put back. */
export interface Step {
  /** `kind|id`. */
  readonly member: string
  readonly label: string
  readonly dn: string
  readonly name: string
  /** What the change made of it, and what it is to be again. */
  readonly now: AttributeValue
  readonly back: AttributeValue
  /** The number of the change that is taken back, the oldest of several. */
  readonly change: number
  /** What there is to know before it is done. */
  readonly note?: string
}

/** What is not put back, and why. */
export interface LeftOut {
  readonly change: number
  readonly label: string
  readonly name: string
  readonly why: string
}

export interface WayBack {
  readonly steps: readonly Step[]
  readonly leftOut: readonly LeftOut[]
}

const MASK = '***'

/** What a user loses for good who was deleted: Zendesk gives nobody back (docs/undo.md). */
const CREATED_ANEW =
  'Zendesk can not restore a deleted user: a new one is created, with another id; tickets and comments stay with the deleted one'

const IS_MASKED = 'its values are masked, and so the history does not have them'

const NEVER_DELETED = 'nobody is deleted for an undo: the user is suspended'

const GROUP_ANEW = 'made anew, with another id: tickets, views and triggers that named the old one do not name it'

/**
 * The way back from changes of one connection: of each thing that they changed, what it was before the oldest of them.
 *
 *   what                                            | becomes
 *   ------------------------------------------------|--------------------------------------------------
 *   Zendesk refused it, or somebody else did it     | left out
 *   its value is masked                             | left out: the history does not have it
 *   it was empty, and Zendesk has no user without   | left out
 *   something later has changed it again            | left out, unless that is undone as well
 *   later it was linked anew, as Redis was lost     | left out only if it was found otherwise than the change left it
 *   a creation                                      | suspended; a group or a membership is removed
 *   a deleted group, or a user with groups          | the members' memberships as well
 *   anything else                                   | what it was
 *
 * @param changes the oldest first
 * @param later what has become of the same entities since
 */
export function wayBack(
  changes: readonly PastChange[],
  later: readonly PastChange[],
  masked: ReadonlySet<string>,
): WayBack {
  const chosen = new Set(changes.map(({ seq }) => seq))
  const newest = new Map<string, { readonly seq: number; readonly to: AttributeValue }>()
  for (const { seq, event } of changes)
    for (const { name, to } of aspectsOf(event)) newest.set(keyOf(event, name), { seq, to })
  const last = new Map<string, number>()
  for (const { seq, event } of later)
    if (!chosen.has(seq) && event.outcome !== 'refused')
      for (const name of changedBy(event, (one) => newest.get(keyOf(event, one))?.to)) last.set(keyOf(event, name), seq)

  const steps = new Map<string, Step>()
  const leftOut: LeftOut[] = []
  for (const { seq, event, masked: hidden = [] } of changes) {
    const { kind, id, label, dn } = event
    const leave = (name: string, why: string) => leftOut.push({ change: seq, label, name, why })
    if (event.outcome === 'refused') {
      leave(event.operation, 'Zendesk refused it: there is nothing to take back')
      continue
    }
    if (event.outcome === 'found') {
      leave(event.operation, 'it was found so in Zendesk: somebody else did it')
      continue
    }
    const aspects = aspectsOf(event)
    const told = new Set(aspects.map(({ name }) => name))
    for (const name of hidden) if (!told.has(name)) leave(name, IS_MASKED)
    if (aspects.length === 0 && hidden.length === 0)
      leave(event.operation, 'the history does not have what it was before')
    for (const aspect of aspects) {
      const key = keyOf(event, aspect.name)
      const known = steps.get(key)
      if (known) {
        steps.set(key, { ...known, now: aspect.to })
        continue
      }
      const again = last.get(key)
      const why =
        again !== undefined && again > newest.get(key)!.seq
          ? `changed again since, by change ${again}`
          : whyNot(kind, aspect, masked)
      if (why !== undefined) leave(aspect.name, why)
      else {
        const member = formatEntityMember({ kind, id })
        steps.set(key, { member, label, dn, change: seq, ...stepOf(kind, aspect) })
      }
    }
    for (const step of ofSides(seq, event))
      if (!steps.has(`${step.member}|${PRESENCE}`)) steps.set(`${step.member}|${PRESENCE}`, step)
  }
  return { steps: [...steps.values()].filter(({ now, back }) => JSON.stringify(now) !== JSON.stringify(back)), leftOut }
}

function keyOf({ kind, id }: PastChange['event'], name: string): string {
  return `${formatEntityMember({ kind, id })}|${name}`
}

/**
 * What a later change has made another one of. A link alone changes nothing, and tells how its object was found: after
 * Redis was lost that may be just as we had left it.
 *
 * @param leftAs what the changes that are taken back have made of it
 */
function changedBy(event: PastChange['event'], leftAs: (name: string) => AttributeValue | undefined): string[] {
  const names = aspectsOf(event).map(({ name }) => name)
  const { outcome, before, after } = event
  if (outcome !== 'found' || before !== null || after === null) return names
  const shown = [...Object.keys(after.attributes ?? {}), ...(after.name === undefined ? [] : ['name']), ...names]
  return shown.filter((name) => {
    const left = leftAs(name)
    return left !== undefined && !isAsLeft(name, left, after)
  })
}

function isAsLeft(name: string, left: AttributeValue, { presence, name: called, attributes }: InZendesk): boolean {
  if (name === PRESENCE) return presence === left
  const held = attributes === undefined ? called : valueOf(attributes as UserAttributes, name)
  return isAsWritten(name, left, held ?? null)
}

function whyNot(kind: string, { name, from }: Aspect, masked: ReadonlySet<string>): string | undefined {
  if (kind !== 'user' || name === PRESENCE) return undefined
  if (masked.has(name) || from === MASK) return IS_MASKED
  const isKept = isEmpty(from) && clearingValue(name) === undefined
  return isKept ? 'it was empty, and Zendesk does not let it be emptied' : undefined
}

function stepOf(kind: string, { name, from, to }: Aspect): Pick<Step, 'name' | 'now' | 'back' | 'note'> {
  const isCreation = name === PRESENCE && from === 'deleted'
  if (kind === 'user' && isCreation) return { name, now: to, back: 'suspended', note: NEVER_DELETED }
  const isDeletion = name === PRESENCE && to === 'deleted'
  const note = !isDeletion ? undefined : kind === 'user' ? CREATED_ANEW : kind === 'group' ? GROUP_ANEW : undefined
  return { name, now: to, back: from, ...(note !== undefined && { note }) }
}

/** Memberships that went with their group, or with their user. */
function ofSides(change: number, { kind, id, label, dn, members = [], groups = [] }: PastChange['event']): Step[] {
  const step = (membership: string, name: string): Step => ({
    member: formatEntityMember({ kind: 'membership', id: membership }),
    label: name,
    dn: kind === 'group' ? dn : '',
    name: PRESENCE,
    now: 'deleted',
    back: 'active',
    change,
  })
  if (kind === 'group') return members.map((user) => step(membershipId(id, user), `${user} in ${label}`))
  return groups.map((group) => step(membershipId(group, id), `${label} in ${group}`))
}

/** What the ledger is to keep, by `kind|id`. @param of what each step is of: the change, or its cycle */
export function keptBy(
  steps: readonly Step[],
  by: Omit<UndoneBy, 'of'>,
  of: (change: number) => string,
): Map<string, Undone> {
  const undone = new Map<string, Undone>()
  for (const [member, some] of Map.groupBy(steps, (one) => one.member)) {
    const [{ label, dn }] = some as [Step, ...Step[]]
    const kept = some.map(({ name, back, change }): [string, Kept] => [name, { ...by, of: of(change), to: back }])
    undone.set(member, { label, dn, kept: Object.fromEntries(kept) })
  }
  return undone
}
