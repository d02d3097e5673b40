import { zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import type { NewEvent } from '@provisioner/shared/history/note-event.ts'
import { parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { undoOf, UndoneChanges } from '@provisioner/shared/ledger/undone.ts'
import { whatStands } from '../ask-for-cycle.ts'
import type { Terminal } from '../decide.ts'
import { deciderOf } from '../decider.ts'
import { EXIT } from '../exit-codes.ts'
import { findOne } from '../explain/find-or-list.ts'
import type { CliConnection, CliSession } from '../session.ts'
import { noteIfSlow } from '../plan/show-plan.ts'
import { describeTroubles } from '../show-troubles.ts'
import { WAITING, type ChangeSource, type PastChange } from './change-source.ts'
import { describeForecast, describeWayBack } from './describe-undo.ts'
import { forecast } from './forecast.ts'
import { isAbout } from './is-about.ts'
import { ChangeUnknownError, inOrder, NothingNamedError, readNumbers, selectChanges } from './select-changes.ts'
import { keptBy, wayBack, type Step } from './way-back.ts'
import { waitingChanges, type WaitingChange } from './waiting-changes.ts'
import { withNames } from './with-names.ts'
import { withUnknown } from './with-unknown.ts'

export interface UndoOptions {
  /** Of whom everything is undone since then; then there is `since`, and there are no numbers. */
  readonly user?: string | undefined
  /** Ms. */
  readonly since?: number | undefined
  readonly reason?: string | undefined
  readonly all: boolean
  readonly json: boolean
  readonly dryRun: boolean
}

/** The changes of one connection that are to be undone. */
interface Chosen {
  readonly connection: CliConnection
  readonly source: ChangeSource
  readonly changes: readonly PastChange[]
}

/**
 * `provisioner undo`: shows what is put back, what is left out and what the next cycle does of it, asks, and keeps it
 * so. Returns the exit code: 4 where the guard holds some of it, 1 where there is nothing to be undone.
 *
 * @param openSource opens an account's history
 * @throws NothingNamedError, ChangeUnknownError, EmptyTextError, and whatever keeps a plan from being whole
 */
export async function undo(
  session: CliSession,
  texts: readonly string[],
  options: UndoOptions,
  openSource: (account: string) => ChangeSource,
  terminal: Terminal,
): Promise<number> {
  const chosen = await choose(session, texts, options, openSource, terminal.print)
  if (chosen === undefined) return EXIT.failed
  if (chosen.length === 0) {
    terminal.print('The history has no such change.')
    return EXIT.failed
  }
  const codes: number[] = []
  for (const one of chosen) codes.push(await undoIn(session, one, options, terminal))
  return codes.includes(EXIT.failed) ? EXIT.failed : Math.max(...codes)
}

/** Undefined where somebody is named whom nobody, or not only one, is known by: that is told. */
async function choose(
  session: CliSession,
  texts: readonly string[],
  { user, since }: UndoOptions,
  openSource: (account: string) => ChangeSource,
  print: (text: string) => void,
): Promise<Chosen[] | undefined> {
  const numbers = readNumbers(texts)
  const sources = new Map<string, ChangeSource>()
  for (const { account } of session.connections) if (!sources.has(account)) sources.set(account, openSource(account))
  const of = new Map<string, PastChange[]>()
  if (user === undefined) {
    const cycles = new Set(numbers.cycles)
    const waiting = new Map<string, PastChange[]>()
    // read first: what is written meanwhile is in the history then
    for (const one of cycles.size > 0 ? session.connections : [])
      waiting.set(one.id, await waitingOf(session, one, ({ cycle }) => cycle !== undefined && cycles.has(cycle)))
    const ids = new Set(session.connections.map((one) => one.id))
    const isOurs = ({ event }: PastChange) => ids.has(event.connection)
    const waits = (cycle: number) =>
      [...waiting.values()].some((some) => some.some(({ event }) => event.cycle === cycle))
    const selected = await Promise.all(
      [...sources].map(async ([account, source]) => ({
        account,
        ...(await selectChanges(source, numbers, isOurs, waits)),
      })),
    )
    const missing = selected.map((one) => new Set(one.missing)).reduce((all, one) => all.intersection(one))
    if (missing.size > 0) throw new ChangeUnknownError([...missing])
    if (selected.filter(({ found }) => found.length > 0).length > 1)
      throw new NothingNamedError('Several accounts have changes with these numbers: name one by its --connection')
    for (const { id, account } of session.connections) {
      const found = selected.flatMap((one) => (one.account === account ? one.found : []))
      of.set(id, inOrder([...found.filter(({ event }) => event.connection === id), ...(waiting.get(id) ?? [])]))
    }
  } else {
    const search = await findOne(session, user, 'undo', new AbortController().signal)
    if (search.status === 'not one') {
      print(search.says)
      return undefined
    }
    for (const { named, sources: opened } of search.found) {
      const { id, account } = opened.connection
      if (named.id === undefined) continue
      const about = { kind: named.kind, id: named.id }
      const from = Date.now() - since!
      const waiting = await waitingOf(session, opened.connection, (one) => one.revision >= from && isAbout(one, about))
      of.set(id, inOrder([...(await sources.get(account)!.about(id, about, from)), ...waiting]))
    }
  }
  return session.connections.flatMap((connection) => {
    const changes = of.get(connection.id) ?? []
    return changes.length > 0 ? [{ connection, changes, source: sources.get(connection.account)! }] : []
  })
}

function waitingOf(
  { redis }: CliSession,
  connection: { readonly id: string; readonly account: string },
  isAsked: (change: WaitingChange) => boolean,
): Promise<PastChange[]> {
  return waitingChanges(redis, connectionName(connection), isAsked)
}

async function undoIn(
  session: CliSession,
  { connection, changes, source }: Chosen,
  { reason, all, json, dryRun }: UndoOptions,
  { print, confirm }: Terminal,
): Promise<number> {
  const { id } = connection
  const say = (text: string) => print(`Connection '${id}': ${text}`)
  const sources = await session.sources(id)
  const masked = zendeskNamesMasked(sources.connection.users.map)
  const later = await source.after(
    id,
    changes.map(({ event }) => event),
    changes[0]!.seq,
  )
  const named = await withNames(wayBack(changes, later, masked), sources.reader)
  const { steps, leftOut, held } = await withUnknown(named, changes, sources)
  if (!json) describeWayBack({ steps, leftOut }, all).forEach(print)
  const told = { connection: id, steps: numbered(steps), leftOut: numbered(leftOut) }
  if (steps.length === 0) {
    if (json) print(JSON.stringify({ ...told, undone: false }))
    else say('nothing is undone.')
    return EXIT.failed
  }
  const { by, at } = deciderOf(reason)
  const bySeq = new Map(changes.map(({ seq, event }) => [seq, event]))
  const kept = keptBy(steps, { by, at, ...(reason !== undefined && { reason }) }, (seq) =>
    seq < WAITING ? `change ${seq}` : `cycle ${bySeq.get(seq)!.cycle}`,
  )
  const undone = new Map(
    kept.entries().map(([member, one]) => [member, { ...one, ...(held.has(member) && { held: held.get(member)! }) }]),
  )
  const next = await noteIfSlow(forecast(sources, undone))
  const code = next.held.some(({ decision }) => decision?.decision !== 'approved') ? EXIT.held : EXIT.done
  const end = (isDone: boolean) => {
    const { released, held, still } = next
    const changed = released.map(({ kind, id: one, label, operation }) => ({ kind, id: one, label, operation }))
    if (json) print(JSON.stringify({ ...told, next: { released: changed, held, still }, undone: isDone }))
  }
  if (!json) describeForecast(next, id).forEach(print)
  if (dryRun) {
    end(false)
    return code
  }
  if (!(await confirm(`Undo ${steps.length === 1 ? 'this' : `these ${steps.length}`}?`))) {
    end(false)
    if (!json) say('nothing is undone.')
    return EXIT.failed
  }
  const byMember = Map.groupBy(steps, ({ member }) => member)
  await new UndoneChanges(session.redis, connectionName(connection)).keep(undone, (member) =>
    byMember
      .get(member)!
      .map((step) => eventOf(step, bySeq.get(step.change)!, { connection: id, by, reason, undo: undoOf({ by, at }) })),
  )
  await session.startCycle(connection)
  const { stopping, paused } = await whatStands(session, connection)
  end(true)
  if (json) return code
  say(
    `undone, and stays so until 'provisioner resume ${id} --undone WHO', or the directory changes it. A cycle is asked for.`,
  )
  describeTroubles([...stopping, ...paused]).forEach(print)
  return code
}

/** As programs are told of them: what waits has no number. */
function numbered<T extends { readonly change: number }>(some: readonly T[]) {
  return some.map((one) => ({ ...one, change: one.change < WAITING ? one.change : null }))
}

function eventOf(
  { member, label, dn }: Step,
  { revision, cycle, operation }: PastChange['event'],
  { reason, ...done }: { connection: string; by: string; reason: string | undefined; undo: string },
): NewEvent {
  return {
    type: 'undo',
    ...done,
    ...(reason !== undefined && { reason }),
    about: { ...parseEntityMember(member), label, dn },
    revision,
    ...(cycle !== undefined && { cycle }),
    operation,
  }
}
