import { ticketsWay, type TicketsWay } from '@provisioner/shared/config/leavers-tickets.ts'
import { membershipSides, type Kind } from '@provisioner/shared/entity.ts'
import { parseHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import { appliedRole, type GroupRecord, type UserRecord } from '@provisioner/shared/ledger/record.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { findTicketHeir, type TicketHeir } from '@provisioner/zendesk/ticket-heir.ts'
import type { CyclePlan } from '../cycle/cycle-plan.ts'
import type { PlanSources } from '../cycle/plan-sources.ts'

/** The open tickets of one who leaves the team, or a group. */
interface Counted {
  readonly operation: string
  readonly label: string
  readonly open: number
  /** Of these, how many go to the team member whom `user:ADDRESS` names; the others stay in their group. */
  readonly toHeir: number
}

/** What a plan says of the tickets of those who leave. */
export interface TicketsOfPlan {
  readonly way: TicketsWay
  /** Those who have any. */
  readonly counted: readonly Counted[]
  /** How many were asked for, and how many more leave. */
  readonly asked: number
  readonly notAsked: number
  /** Why no more were asked for, where Zendesk is at fault. */
  readonly failed: string | undefined
}

/** Users whose tickets are counted: each is a request of the account's minute. */
const MOST_ASKED = 100
/** Lines that are shown before the rest is only counted. */
const LISTED = 20

/** A removal of a plan, released or held. */
interface Removal {
  readonly kind: Kind
  readonly id: string
  readonly operation: string
  readonly label: string
}

/**
 * Asks Zendesk how many open tickets move with a plan, and to whom; undefined where nobody wants to know, for it needs
 * scopes that nothing else does: `users.remove.tickets` is `leave`, and the command was not told to.
 */
export async function countTickets(
  sources: PlanSources,
  plan: CyclePlan,
  isAsked: boolean,
): Promise<TicketsOfPlan | undefined> {
  const way = ticketsWay(sources.connection.users.remove.tickets)
  if (way.to === 'leave' && !isAsked) return undefined
  const removals = await teamMembersOf(sources, removalsOf(plan))
  const [some, rest] = [removals.slice(0, MOST_ASKED), removals.length - MOST_ASKED]
  const counted: Counted[] = []
  let asked = 0
  try {
    const heir = some.length > 0 ? await findTicketHeir(sources.zendesk, way, {}) : undefined
    for (const removal of some) {
      counted.push(...(await countOne(sources, removal, heir)))
      asked += 1
    }
  } catch (error) {
    if (!(error instanceof ZendeskError)) throw error
    return { way, counted, asked, notAsked: removals.length - asked, failed: error.message }
  }
  return { way, counted, asked, notAsked: Math.max(0, rest), failed: undefined }
}

/** What takes a user, a role or a group away. Who leaves the team leaves all groups with that. */
function removalsOf({ released, ifApproved, held }: CyclePlan): Removal[] {
  const going = (ifApproved?.released ?? released).filter(({ removal }) => removal !== undefined)
  const kept = held
    .map((change) => ({ ...change, ...parseHeldKey(change.key) }))
    .filter(({ part, category }) => part === undefined && (category === 'users' || category === 'memberships'))
  const all: Removal[] = [...going, ...kept].filter(({ kind }) => kind === 'user' || kind === 'membership')
  const unique = [...new Map(all.map((one) => [`${one.kind}|${one.id}`, one])).values()]
  const users = new Set(unique.filter(({ kind }) => kind === 'user').map(({ id }) => id))
  return unique.filter(({ kind, id }) => kind === 'user' || !users.has(membershipSides(id).userId))
}

type OfTeamMember = Removal & { readonly user: UserRecord & { zendeskId: number } }

/** Without users whom Zendesk does not have, and end users, who have no tickets to answer. */
async function teamMembersOf({ reader }: PlanSources, removals: readonly Removal[]): Promise<OfTeamMember[]> {
  const ids = removals.map(({ kind, id }) => (kind === 'user' ? id : membershipSides(id).userId))
  const users = await reader.records<UserRecord>('user', ids)
  return removals.flatMap((removal, i) => {
    const user = users[i]
    if (!user || user.zendeskId === null) return []
    const role = appliedRole(user) ?? (user.origin === 'created' ? 'end-user' : undefined)
    return role === 'end-user' ? [] : [{ ...removal, user: { ...user, zendeskId: user.zendeskId } }]
  })
}

async function countOne(
  { zendesk, reader }: PlanSources,
  { kind, id, operation, label, user }: OfTeamMember,
  heir: TicketHeir | undefined,
): Promise<Counted[]> {
  const [group] = kind === 'user' ? [] : await reader.records<GroupRecord>('group', [membershipSides(id).groupId])
  const { tickets, unlisted } = await zendesk.tickets.openOf(user.zendeskId)
  const theirs = kind === 'user' ? tickets : tickets.filter((ticket) => ticket.group_id === group?.zendeskId)
  const open = theirs.length + (kind === 'user' ? unlisted : 0)
  const isHeir = heir?.zendeskId != null && heir.zendeskId !== user.zendeskId
  const toHeir = isHeir ? theirs.filter((one) => heir.whyNot(one.group_id ?? null) === undefined).length : 0
  return open === 0 ? [] : [{ operation, label, open, toHeir }]
}

/** The lines of a plan that say it. */
export function describeTickets(found: TicketsOfPlan, all: boolean): string[] {
  const { way, counted, asked, notAsked, failed } = found
  if (asked + notAsked === 0) return []
  const sum = counted.reduce((total, { open }) => total + open, 0)
  const lines = [
    '',
    `Open tickets of ${asked} who leave the team or a group: ${sum}${sum > 0 ? `, ${FATE[way.to]}` : ''}`,
  ]
  for (const { operation, label, open, toHeir } of all ? counted : counted.slice(0, LISTED)) {
    const whose = way.to === 'user' ? `: ${toHeir} to ${way.email}, ${open - toHeir} to nobody` : ''
    lines.push(`  ${operation}  ${label}  ${open}${whose}`)
  }
  if (!all && counted.length > LISTED) lines.push(`  … and ${counted.length - LISTED} more (--all)`)
  if (notAsked > 0) lines.push(`  ${notAsked} more leave, whose tickets are not counted${failed ? `: ${failed}` : ''}`)
  return lines
}

/** What becomes of them. */
const FATE = {
  leave:
    'which suspended users keep; else Zendesk gives them to the API’s own user or to the oldest agent of the group',
  group: 'which stay in their group without an assignee',
  user: 'which are handed over where the one who gets them is in the group, and else stay in it without an assignee',
  hold: 'for whose sake the agents stay until an admin approves',
} as const
