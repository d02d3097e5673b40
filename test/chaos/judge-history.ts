import { openHistory } from '@provisioner/history/database/open-history.ts'
import type { EventRow } from '@provisioner/history/database/schema.ts'
import { chainsOf, verifyChain } from '@provisioner/history/read/verify-chain.ts'
import { canonicalJson } from '@provisioner/shared/desired.ts'
import { membershipId } from '@provisioner/shared/entity.ts'
import { ChangeEvent } from '@provisioner/shared/history/event.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { ChaosStage } from './chaos-stage.ts'
import type { AuditedChange } from './audited-changes.ts'
import { toldAndSent } from './judge-told-writes.ts'
import type { Amnesia } from './judge-writes.ts'

/** What a run's history says, and what is wrong with it. */
export interface JudgedHistory {
  /** How many changes it has. */
  readonly changes: number
  readonly wrong: readonly string[]
  /** Its rows, each with when it happened, ms since the epoch. */
  readonly rows: readonly { readonly at: number; readonly body: string }[]
}

/** When what could not be recorded, or was forgotten. */
export interface Interruptions {
  /** While Redis forgot what it was told. */
  readonly lost: readonly Amnesia[]
  /** While answers of Zendesk's may have reached nobody who lived to record them. */
  readonly unheard: readonly Amnesia[]
}

/**
 * Judges the history of a run that has come to rest.
 *
 *   what                      | is judged by
 *   --------------------------|------------------------------------------------------------------------------------
 *   each change is there      | the audit lines of the workers, which say what they recorded; the sandbox's request
 *                             | log; the ledger, which knows of each entity what its last change ends with
 *   it is there once          | the request that wrote it, and the revision
 *   it is there in its order  | revisions, which only grow; each change begins with what the one before ended with
 *   nothing was changed there | the chain of hashes; no event is missing or illegible by its own word
 *
 * While Redis is made to forget, less holds: of two words on an entity a worker tells the last one again, who knew it
 * may have died, and others may write it anew, from what Redis knows. What holds then as well: no request is there
 * twice, nothing is told that nobody sent, and in the end the history says what the ledger says, but for memberships
 * that end untold (`notAsInLedger`).
 */
export async function judgeHistory(
  { history, redis, sandbox }: Pick<ChaosStage, 'history' | 'redis' | 'sandbox'>,
  audited: readonly AuditedChange[],
  { lost, unheard }: Interruptions,
): Promise<JudgedHistory> {
  await using opened = openHistory({ url: history.url, folder: '', readOnly: true })
  const { database } = opened
  const rows = await database.selectFrom('events').selectAll().where('account', '=', 'acme').orderBy('seq').execute()
  const chains = await Promise.all((await chainsOf(database)).map((chain) => verifyChain(database, chain)))
  const changes = rows.filter(({ type }) => type === 'change').map(({ body }) => ChangeEvent.parse(JSON.parse(body)))
  const isLost = within(lost)
  const said = new Map<string, Said>()
  const lives = Map.groupBy(changes, ({ kind, id }) => `${kind} ${id}`)
  return {
    changes: changes.length,
    rows,
    wrong: [
      ...chains.flatMap((chain) => (chain.status === 'whole' ? [] : [chain.says])),
      ...rows.flatMap((row) => (['dropped', 'unreadable'].includes(row.type) ? [`${row.type}: ${row.body}`] : [])),
      ...outOfStream(rows),
      ...twice(changes, isLost),
      ...disordered(changes, said, isLost),
      ...(await notAsInLedger(said, redis, lost)),
      ...missing(audited, lives, isLost),
      ...toldAndSent(sandbox, changes, within([...lost, ...unheard])),
    ].map((line) => `history: ${line}`),
  }
}

function within(times: readonly Amnesia[]): (at: number) => boolean {
  return (at) => times.some(({ from, to }) => at >= from && at <= to)
}

/** The same entry of the stream in two rows. */
function outOfStream(rows: readonly EventRow[]): string[] {
  const same = Map.groupBy(rows, ({ stream_id, body }) => `${stream_id} ${body}`)
  return [...same].flatMap(([what, all]) => (all.length > 1 ? [`${all.length} times from the stream: ${what}`] : []))
}

/** Changes that are there more than once. A group that swaps names with another one has two in one request. */
function twice(changes: readonly ChangeEvent[], isLost: (at: number) => boolean): string[] {
  const written = changes.filter(({ outcome }) => outcome === 'applied')
  const ofRequest = Map.groupBy(
    written.filter(({ by }) => by !== undefined),
    ({ kind, id, revision, by, after }) => `${kind} ${id} ${revision} ${by} ${after?.name ?? ''}`,
  )
  const ofRevision = Map.groupBy(
    written.filter(({ at }) => !isLost(at)),
    ({ kind, id, revision, operation, after }) => `${kind} ${id} ${revision} ${operation} ${after?.name ?? ''}`,
  )
  return [...ofRequest, ...ofRevision].flatMap(([what, all]) =>
    all.length > 1 ? [`${all.length} times: ${what}: ${all.map((one) => JSON.stringify(one)).join(' and ')}`] : [],
  )
}

/** What Zendesk is said to hold of an entity, and since when. */
interface Said {
  readonly after: ChangeEvent['after']
  readonly at: number
}

/**
 * Goes through the changes in their order. Notes those that do not begin where the one before of the same entity ended,
 * and those of an older revision. What is said last of each entity is left in `said`.
 */
function disordered(
  changes: readonly ChangeEvent[],
  said: Map<string, Said>,
  isLost: (at: number) => boolean,
): string[] {
  const written = new Map<string, ChangeEvent>()
  const found: string[] = []
  for (const change of changes) {
    const { kind, id, at, before, after, outcome, revision } = change
    const name = `${kind} ${id}`
    const last = said.get(name)
    const isInDoubt = isLost(at) || (last !== undefined && isLost(last.at))
    if (!isInDoubt && canonicalJson(last?.after ?? null) !== canonicalJson(before))
      found.push(`does not follow: ${JSON.stringify(change)} after ${JSON.stringify(last ?? null)}`)
    said.set(name, { after, at })
    for (const member of membershipsLost(change)) said.set(`membership ${member}`, { after: null, at })
    if (outcome !== 'applied') continue
    const older = written.get(name)
    if (older && older.revision > revision && !isLost(at) && !isLost(older.at))
      found.push(`is older: ${JSON.stringify(change)} after ${JSON.stringify(older)}`)
    written.set(name, change)
  }
  return found
}

/** Memberships that ended with their user or group, and of which no event of their own tells. */
function membershipsLost({ kind, id, members = [], groups = [] }: ChangeEvent): string[] {
  if (kind === 'membership') return []
  return [...members.map((userId) => membershipId(id, userId)), ...groups.map((groupId) => membershipId(groupId, id))]
}

/** So long after a failover workers on a loaded machine may tell again what they had told before it, ms. */
const AGAIN_MS = 15_000

/**
 * What the ledger knows of Zendesk, and the last change of it does not say. A membership may end untold that was told
 * of while Redis forgot, or told again: with a group that was deleted, or a user who lost their seat, before Redis knew
 * of it once more.
 */
async function notAsInLedger(
  said: ReadonlyMap<string, Said>,
  redis: ChaosStage['redis'],
  lost: readonly Amnesia[],
): Promise<string[]> {
  const isToldAgain = within(lost.map(({ from, to }) => ({ from, to: to + AGAIN_MS })))
  const ledger = new LedgerReader(redis, { account: 'acme', connection: 'staff' })
  const known = new Map<string, string>()
  for (const kind of ['user', 'group', 'membership'] as const)
    for await (const ids of ledger.ids(kind))
      for (const record of await ledger.records(kind, ids))
        if (record) known.set(`${kind} ${record.id}`, canonicalJson(record.applied))
  return [...new Set([...known.keys(), ...said.keys()])].flatMap((name) => {
    const [told, applied] = [canonicalJson(said.get(name)?.after ?? null), known.get(name) ?? 'null']
    const mayEndUntold = applied === 'null' && name.startsWith('membership ') && isToldAgain(said.get(name)?.at ?? 0)
    return told === applied || mayEndUntold ? [] : [`says of ${name}: ${told}, the ledger: ${applied}`]
  })
}

/** What a worker has recorded, by its audit lines, and nothing tells. */
function missing(
  audited: readonly AuditedChange[],
  lives: ReadonlyMap<string, readonly ChangeEvent[]>,
  isLost: (at: number) => boolean,
): string[] {
  return audited.flatMap((one) => {
    const life = lives.get(`${one.kind} ${one.id}`) ?? []
    // a job that comes late writes what is the newest by then
    const isThere = life.some(({ outcome, revision }) => outcome === one.outcome && revision >= one.revision)
    return isThere || isLost(one.at) ? [] : [`is missing: ${JSON.stringify(one)}`]
  })
}
