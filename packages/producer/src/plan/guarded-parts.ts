import { valueOf, withValue } from '@provisioner/shared/changed-attributes.ts'
import { canonicalJson, fingerprint, type DesiredUser, type UserAttributes } from '@provisioner/shared/desired.ts'
import { formatHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import type { GuardCategory, HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import type { Operation } from '@provisioner/shared/queues.ts'
import { isTeamRole } from '@provisioner/shared/ledger/record.ts'
import { isLowerRole, roleRank } from '@provisioner/shared/role-rank.ts'
import { OF_SEAT } from '@provisioner/shared/team-only.ts'
import type { Change, Consent, EntityPlan } from './change.ts'
import { difference, roleOf, type Shown } from './shown-values.ts'

/** What of one entity's plan the guard looks at by itself. */
export interface Part extends Omit<HeldChange, 'since' | 'print'> {
  /** What its print is made of: a plan has many parts, and few whose print anybody asks for. */
  readonly basis: unknown
  /** Held however few there are of its category. */
  readonly consent: boolean
  /** Attributes that it is about; undefined when it is the whole change, `link` when it is the link. */
  readonly names: readonly string[] | 'link' | undefined
}

/** What is known of the user whom a change is about. */
export interface Subject {
  readonly applied: UserAttributes
  /** An admin, or the user whose credentials are used: whoever has their address or name has the account. */
  readonly privileged: boolean
}

const ROLE = ['role', 'custom_role_id']
/** What tells people apart in Zendesk: whoever has an admin's address gets the admin's account by a password reset. */
export const IDENTITY: readonly string[] = ['email', 'name']

/**
 * The parts of one entity's plan.
 *
 *   of                                      | category          | held with it
 *   ----------------------------------------|-------------------|--------------
 *   a link that needs an admin's word       | adoptions         | link, change
 *   a removal                               | its own           | change
 *   a creation as admin                     | promotions        | change
 *   any other creation of a user            | creations         | change
 *   a higher role, another custom role or none | promotions     | both roles, and what only team members have
 *   an attribute emptied                    | clearings:NAME    | attribute
 *   name or address of an admin, linked     | adoptions         | attribute
 *   a lookup field that only waited         | changes           | change
 *   any other attribute of a linked user    | updates:NAME      | attribute
 *   anything else                           | changes           | change or link
 *
 * A user whom the plan links has no part for each attribute: nobody has maintained them before. An update is no part of
 * its own beside its link, or where each of its attributes is one. What is released already and only waits is no part:
 * the guard has seen it.
 */
export function partsOf({ link, consent, change }: EntityPlan, subject: Subject, shown: Shown = {}): Part[] {
  const parts: Part[] = []
  if (link) {
    const { category, cause, about } = consent ?? { category: 'changes' as const, cause: 'found in Zendesk' }
    parts.push({
      ...entityOf(link),
      key: formatHeldKey({ kind: link.kind, id: link.id, part: 'link' }),
      operation: `link ${link.kind}`,
      category,
      cause,
      basis: linkBasis(link.zendeskId, about),
      consent: consent !== undefined,
      names: 'link',
    })
  }
  if (!change) return parts
  if (change.kind === 'user' && change.operation !== 'create user')
    parts.push(...attributesOf(change, subject, { isNew: link !== undefined, shown }))
  else parts.push(...change.cleared.map((name) => attribute(change, name, `clearings:${name}`, 'emptied')))
  const whole = wholeOf(change)
  if (!isReleased(change) && (whole.category !== 'changes' || !isWithin(change, parts))) parts.push(whole)
  return parts.filter(({ names }) => !Array.isArray(names) || names.some((name) => !isPending(change, name)))
}

/** Whether the parts are about all that the change is about. */
function isWithin({ changed }: Change, parts: readonly Part[]): boolean {
  const names = parts.flatMap((part) => part.names ?? [])
  return names.includes('link') || (changed.length > 0 && changed.every((name) => names.includes(name)))
}

/** Whether a creation, or a lower role, is what waits already. */
function isReleased(change: Change): boolean {
  if (change.pending === undefined) return false
  return change.operation === 'create user' || (change.removal !== undefined && isPending(change, 'role'))
}

function isPending({ pending, desired }: Change, name: string): boolean {
  if (pending === undefined) return false
  // Released before anybody knew that the user is an admin: a worker refuses it, and an admin has to be asked.
  if (IDENTITY.includes(name) && (desired as DesiredUser).ofAdmin && !pending.ofAdmin) return false
  const value = valueOf((desired as DesiredUser).attributes, name)
  return canonicalJson(valueOf(pending.attributes, name) ?? null) === canonicalJson(value ?? null)
}

/**
 * What the print of a link is made of: a decision is about this Zendesk user and, where it needed a word, this role.
 */
export function linkBasis(zendeskId: number | null, about: Consent['about']): unknown {
  return ['link', zendeskId, about ?? null]
}

/**
 * The print of a change that is about nothing but its operation, as all of memberships and the removals of users are.
 */
export function printOfOperation(operation: Operation): string {
  return fingerprint([operation, null])
}

function wholeOf(change: Change): Part {
  const { consent, removal, operation } = change
  const desired = change.desired as Partial<DesiredUser>
  const creation = desired.attributes?.['role'] === 'admin' ? ('promotions' as const) : ('creations' as const)
  const [category, cause]: [GuardCategory, string] = consent
    ? [consent.category, consent.cause]
    : removal
      ? [removal.category, removal.cause]
      : operation === 'create user'
        ? [creation, creation === 'promotions' ? 'as admin' : 'new']
        : ['changes', change.changed.join(', ')]
  return {
    ...entityOf(change),
    key: formatHeldKey({ kind: change.kind, id: change.id }),
    operation,
    category,
    cause,
    basis: [operation, consent?.about ?? null, ...valuesOf(change, category)],
    consent: consent !== undefined,
    names: undefined,
  }
}

/**
 * Values that a decision on the whole change is about: the role of who is created, and what is changed by an update.
 * That somebody is not to be removed or created does not depend on the values of their other attributes.
 */
function valuesOf({ operation, changed, desired }: Change, category: GuardCategory): unknown[] {
  const attributes = ('attributes' in desired ? desired.attributes : desired) as UserAttributes
  if (operation === 'create user') return ROLE.map((name) => attributes[name] ?? null)
  return category === 'changes' ? changed.map((name) => [name, valueOf(attributes, name) ?? null]) : []
}

function attributesOf(
  change: Change,
  { applied, privileged }: Subject,
  { isNew, shown }: { isNew: boolean; shown: Shown },
): Part[] {
  const { attributes } = change.desired as DesiredUser
  const parts: Part[] = []
  // Zendesk may refuse an end user what only team members have.
  const withRole = isTeamRole(applied['role']) ? ROLE : [...ROLE, ...OF_SEAT]
  // a leaver becomes a light agent: no more than they were
  if (change.operation !== 'suspend user' && isPromotion(attributes, applied)) {
    const names = withRole.filter((name) => change.changed.includes(name))
    const cause = `from ${roleOf(applied, shown)} to ${roleOf(attributes, shown)}`
    const basis = ROLE.map((name) => attributes[name] ?? null)
    parts.push({ ...attribute(change, 'role', 'promotions', cause), basis, names })
  }
  for (const name of change.changed) {
    if (withRole.includes(name) || name === 'suspended') continue
    if (change.cleared.includes(name)) parts.push(attribute(change, name, `clearings:${name}`, 'emptied'))
    else if (isNew || change.awaited?.includes(name)) continue
    else if (privileged && IDENTITY.includes(name)) {
      const values = difference(name, applied, attributes, shown)
      const cause = `another ${name === 'email' ? 'address' : 'name'} for an admin: ${values}`
      const part = attribute(change, name, 'adoptions', cause)
      // An approval from before the user was an admin is about something else.
      parts.push({ ...part, basis: ['of an admin', part.basis], consent: true })
    } else parts.push(attribute(change, name, `updates:${name}`, difference(name, applied, attributes, shown)))
  }
  return parts
}

/**
 * What a custom role may do is the account's own business: another one than before, or none any more, counts as more.
 */
function isPromotion(desired: UserAttributes, applied: UserAttributes): boolean {
  if (isLowerRole(desired['role'], applied['role'])) return false
  const custom = desired['custom_role_id']
  const isAnother = custom !== undefined && custom !== (applied['custom_role_id'] ?? null)
  return isAnother || (desired['role'] !== undefined && roleRank(desired['role']) > roleRank(applied['role']))
}

function attribute(change: Change, name: string, category: GuardCategory, cause: string): Part {
  const value = valueOf((change.desired as DesiredUser).attributes, name)
  return {
    ...entityOf(change),
    key: formatHeldKey({ kind: change.kind, id: change.id, part: name }),
    operation: change.operation,
    category,
    cause,
    basis: [name, value ?? null],
    consent: false,
    names: [name],
  }
}

function entityOf({ dn, label }: { readonly dn: string; readonly label: string }) {
  return { dn, label }
}

/**
 * Another value of an attribute is the same question; another cause, as when a doubt about a group is gone, is a new
 * one.
 */
export function isSameAs({ category, names, cause }: Part, held: HeldChange | undefined): boolean {
  return held?.category === category && (names !== undefined || held.cause === cause)
}

/** The change with some attributes as they were; undefined when nothing else is in it. */
export function withoutAttributes(
  change: Change,
  kept: readonly string[],
  applied: UserAttributes,
): Change | undefined {
  if (kept.length === 0) return change
  const changed = change.changed.filter((name) => !kept.includes(name))
  if (changed.length === 0) return undefined
  const desired = change.desired as DesiredUser
  const attributes = kept.reduce((all, name) => withValue(all, name, valueOf(applied, name)), desired.attributes)
  return {
    ...change,
    changed,
    cleared: change.cleared.filter((name) => !kept.includes(name)),
    desired: { ...desired, attributes },
  }
}
