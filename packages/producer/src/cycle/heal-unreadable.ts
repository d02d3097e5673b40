import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import { formatEntityMember, parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { connectionKeys, type ConnectionName } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { ownedBy, readSetAside, type SetAside } from '@provisioner/shared/ledger/set-aside.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { linksOf } from './link-set-aside.ts'

interface In {
  readonly ledger: CycleLedger
  readonly reader: LedgerReader
  readonly redis: RedisClient
  readonly zendesk: Pick<ZendeskClient, 'users' | 'groups'>
  readonly isInScope: CyclePlan['isInScope']
  readonly log: Logger
}

/**
 * Heals what this connection's ledger has and can't be read, at the end of a cycle that has planned without it:
 *
 *   entity                                  | what is done
 *   ----------------------------------------|-------------------------------------------------------------
 *   can't be read, and a write is going on  | told; set aside by the cycle after the write has ended
 *   can't be read                           | set aside: the next cycle does not know it, and looks for it in Zendesk
 *   set aside before, and known again       | healed
 *   the same, an entry asks for it          | nothing yet: its plan links it, or an admin's word is awaited
 *   the same, none does, it has an object   | linked as Zendesk shows it, so that it is seen to have left
 *   the same, none does, it has no object   | healed: there is nothing to lose
 *
 * Nobody is created, deleted, suspended or restored by it. What nobody can read keeps its groups, and what an admin
 * rejected of it stays rejected. Returns the problems of what is not healed.
 *
 * @param startedAt when the cycle began, ms since the epoch
 */
export async function healUnreadable(where: In, startedAt: number): Promise<Problem[]> {
  const aside = await readSetAside(where.redis, where.ledger)
  await healOlder(where, aside, startedAt)
  const { done, busy } = await setAside(where)
  for (const [member, one] of done) aside.set(member, one)
  return [
    ...[...aside].map(([member, one]) => problemOf(where.ledger, member, one, ASIDE)),
    ...[...busy].map(([member, one]) => problemOf(where.ledger, member, one, BUSY)),
  ]
}

/** Notes what is to be set aside first: killed after that, the next cycle knows what there was. */
async function setAside({
  ledger,
  reader,
  redis,
}: In): Promise<{ done: Map<string, SetAside>; busy: Map<string, SetAside> }> {
  const noted = [...reader.takeUnreadable().keys()].map(parseEntityMember)
  // Somebody may have mended it since.
  for (const { kind, id } of noted) await reader.records(kind, [id])
  const unreadable = [...reader.takeUnreadable()]
  const owned = await ownedBy(redis, ledger, new Set(unreadable.map(([member]) => member)))
  const aside = new Map<string, SetAside>(
    unreadable.map(([member, what]) => {
      const zendeskId = owned.get(member) ?? null
      return [member, { what, at: Date.now(), zendeskId, dn: '', label: '' }]
    }),
  )
  await ledger.notes.setAside(aside)
  const named = await ledger.setAside(unreadable.map(([member]) => parseEntityMember(member)))
  const busy = new Map<string, SetAside>()
  for (const [i, [member]] of unreadable.entries()) {
    const names = named[i]
    if (names) aside.set(member, { ...aside.get(member)!, ...names })
    else busy.set(member, aside.get(member)!)
  }
  for (const member of busy.keys()) aside.delete(member)
  await ledger.notes.setAside(aside)
  await ledger.notes.heal([...busy.keys()])
  return { done: aside, busy }
}

/** Heals what was set aside before this cycle, and takes it out. */
async function healOlder(where: In, aside: Map<string, SetAside>, startedAt: number): Promise<void> {
  const { ledger, reader, zendesk, isInScope, log } = where
  const healed: string[] = []
  const left = new Map<string, SetAside>()
  for (const [member, one] of aside) {
    const { kind, id } = parseEntityMember(member)
    if (one.at >= startedAt) continue
    const [record] = await reader.records(kind, [id])
    if (record || (one.zendeskId === null && !isInScope(kind, id))) healed.push(member)
    else if (!isInScope(kind, id)) left.set(member, one)
  }
  const { links, gone } = await linksOf(zendesk, left).catch((error: unknown) => {
    log.warn({ err: error }, 'What was set aside could not be looked for in Zendesk; the next cycle does')
    return { links: [], gone: [] }
  })
  const answers = await ledger.link(links)
  healed.push(...gone, ...links.filter((_link, i) => answers[i] === 'linked').map((link) => formatEntityMember(link)))
  for (const member of healed) aside.delete(member)
  await ledger.notes.heal(healed)
}

interface Told {
  readonly what: string
  readonly todo: string
}

const AGAIN = 'If it comes again, find out what else writes to this Redis'

const ASIDE: Told = {
  what: 'It was set aside as',
  todo: `Nothing at once: the next cycle looks for it in Zendesk by external id, email or name, links what it finds, and takes nothing away meanwhile. ${AGAIN}`,
}

const BUSY: Told = {
  what: 'Something is being written to it at the moment; the cycle after that sets it aside as',
  todo: `Nothing at once. ${AGAIN}`,
}

function problemOf(name: ConnectionName, member: string, { what, dn }: SetAside, told: Told): Problem {
  const { kind, id } = parseEntityMember(member)
  const { entity, prefix } = connectionKeys(name)
  return {
    code: 'LEDGER_UNREADABLE',
    subject: kind,
    id,
    ...(dn && { dn }),
    what:
      `Redis has nothing under ${entity(kind, id)} that can be read: ${what}. ` +
      `${told.what} ${prefix}set-aside:${member}`,
    todo: told.todo,
  }
}
