import type { Redis } from 'ioredis'
import type { Kind } from '@provisioner/shared/entity.ts'
import type { CycleLedger, Link } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { formatEntityMember, parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { ownedBy, readSetAside, type SetAside } from '@provisioner/shared/ledger/set-aside.ts'
import type { Problem } from '@provisioner/shared/problem.ts'

interface In {
  readonly ledger: CycleLedger
  readonly reader: LedgerReader
  readonly redis: Redis
}

/**
 * Heals what this connection's ledger has and can't be read, at the end of a cycle that has planned without it:
 *
 *   entity                                | what is done
 *   --------------------------------------|---------------------------------------------------------------
 *   can't be read                         | set aside: the next cycle does not know it, and looks for it in Zendesk
 *   set aside before, and known again     | healed
 *   set aside before, and not wanted by   | linked to the object that is its own, so that it is seen to have left;
 *   any entry since                       | how it is there nobody knows
 *   the same, without an object           | healed: there is nothing to lose
 *
 * Nobody is created, deleted, suspended or restored by it. Returns the problems of what is not healed.
 *
 * @param startedAt when the cycle began, ms since the epoch
 */
export async function healUnreadable(where: In, startedAt: number): Promise<Problem[]> {
  const aside = await readSetAside(where.redis, where.ledger.connection)
  await healOlder(where, aside, startedAt)
  const unreadable = [...where.reader.takeUnreadable()].map(([member, what]) => ({
    member,
    what,
    ...parseEntityMember(member),
  }))
  const named = await where.ledger.setAside(unreadable.map(({ kind, id }) => ({ kind, id })))
  const owned = await ownedBy(where.redis, where.ledger, new Set(unreadable.map(({ member }) => member)))
  for (const [i, { member, what }] of unreadable.entries())
    aside.set(member, { what, at: Date.now(), zendeskId: owned.get(member) ?? null, ...named[i]! })
  await where.ledger.notes.setAside(new Map(unreadable.map(({ member }) => [member, aside.get(member)!])))
  return [...aside].map(([member, one]) => problemOf(where.ledger.connection, member, one))
}

/** Heals what was set aside before this cycle, and takes it out. */
async function healOlder({ ledger, reader }: In, aside: Map<string, SetAside>, startedAt: number): Promise<void> {
  const links: Link[] = []
  const healed: string[] = []
  for (const [member, one] of aside) {
    const { kind, id } = parseEntityMember(member)
    if (one.at >= startedAt) continue
    const [record] = await reader.records(kind, [id])
    if (!record && one.zendeskId !== null) links.push(linkOf(kind, id, one))
    else healed.push(member)
  }
  const answers = await ledger.link(links)
  healed.push(...links.filter((_link, i) => answers[i] === 'linked').map((link) => formatEntityMember(link)))
  for (const member of healed) aside.delete(member)
  await ledger.notes.heal(healed)
}

function linkOf(kind: Kind, id: string, { zendeskId, dn, label }: SetAside): Link {
  const applied =
    kind === 'user' ? ({ presence: 'active', attributes: {} } as const) : ({ presence: 'active', name: label } as const)
  const known = { revision: 0, appliedRevision: 0, zendeskId: null }
  return { kind, id, dn, label, zendeskId, applied, suspendedByUs: false, inSync: null, known }
}

function problemOf(connection: string, member: string, { what, dn }: SetAside): Problem {
  const { kind, id } = parseEntityMember(member)
  const { entity, prefix } = connectionKeys(connection)
  return {
    code: 'LEDGER_UNREADABLE',
    subject: kind,
    id,
    ...(dn && { dn }),
    what:
      `Redis has nothing under ${entity(kind, id)} that can be read: ${what}. ` +
      `It was set aside as ${prefix}set-aside:${member}`,
    todo:
      'Nothing at once: the next cycle looks for it in Zendesk by external id, email or name, links what it finds, and ' +
      'takes nothing away meanwhile. If it comes again, find out what else writes to this Redis',
  }
}
