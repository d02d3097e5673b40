import { configPrint } from '@provisioner/shared/config/config-print.ts'
import type { CyclePlan } from '../../cycle/cycle-plan.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { writePlanFile } from '../apply/plan-file.ts'
import { CommandLineError } from '../command-line-error.ts'
import { countTickets } from '../count-tickets.ts'
import { findOne } from '../explain/find-or-list.ts'
import { EXIT } from '../exit-codes.ts'
import { planOf } from '../plan-now.ts'
import { tellStart } from '../progress.ts'
import type { CliSession } from '../session.ts'
import { lookAround } from './around-plan.ts'
import { describePlan, type Listing } from './describe-plan.ts'
import { worthALook } from './held-of-plan.ts'
import type { PlanFilter, Whom } from './narrow-plan.ts'
import { planAsJson } from './plan-as-json.ts'

/** A plan that takes longer says what it waits for, ms. */
const SLOW_MS = 2_000

export interface ShowPlanOptions extends Listing {
  readonly full: boolean
  readonly json: boolean
  /** Count open tickets though nobody hands them over. */
  readonly tickets?: boolean
  /** Whom it is about, however they are named. */
  readonly user?: string | undefined
  readonly group?: string | undefined
  readonly only?: readonly string[] | undefined
  /** A file that the plan is kept in for `apply`, and whether one that is there is replaced. */
  readonly out?: string | undefined
  readonly force: boolean
  /** Whether the exit code says what there is to do. */
  readonly detailedExitcode: boolean
}

/**
 * `provisioner plan`: what a cycle would do now. Writes nothing, neither to Redis nor to Zendesk, but the file
 * that it is told to. Returns the exit code: with `detailedExitcode` 3 for changes and 4 for what is held, else 0; 1
 * when nobody, or several, are known by the name.
 *
 * @throws PlanNotKeptError, TextFileError
 */
export async function showPlan(
  session: CliSession,
  options: ShowPlanOptions,
  print: (text: string) => void,
): Promise<number> {
  if (options.out !== undefined) assertKeepable(session, options)
  tellStart('Reading the directory and asking Zendesk', { forPrograms: options.json })
  const whom = await findWhom(session, options)
  if (typeof whom === 'string') {
    print(whom)
    return EXIT.failed
  }
  const codes: number[] = []
  for (const { id } of session.connections) {
    if (whom && !whom.has(id)) continue
    const filter: PlanFilter = { whom: whom?.get(id), only: options.only }
    const sources = await session.sources(id)
    const plan = await noteIfSlow(planOf(sources, options))
    const tickets = await noteIfSlow(countTickets(sources, plan, options.tickets ?? false))
    const shown = await lookAround(session, id, plan, { filter, tickets, nameOf: sources.names.atHand.nameOf })
    if (options.out !== undefined) await keep(session, sources, plan, { ...options, path: options.out })
    print(options.json ? JSON.stringify(planAsJson(shown, options.limit)) : describePlan(shown, options))
    if (options.out !== undefined && !options.json)
      print(`\nKept in ${options.out}: 'provisioner apply ${options.out}' carries out exactly this.`)
    codes.push(detailedCode(shown.plan))
  }
  return options.detailedExitcode ? Math.max(...codes) : EXIT.done
}

/** Thrown where only a part of a plan, or the plans of several connections, would be kept in a file. */
export class PlanNotKeptError extends CommandLineError {
  override name = 'PlanNotKeptError' as const
  override readonly code = 'PLAN_NOT_KEPT' as const
}

function assertKeepable({ connections }: CliSession, { user, group, only }: ShowPlanOptions): void {
  if (connections.length > 1) throw new PlanNotKeptError('--out keeps the plan of one connection: name it')
  if (user !== undefined || group !== undefined || only !== undefined)
    throw new PlanNotKeptError('--out keeps the whole plan: leave out --user, --group and --only')
}

async function keep(
  session: CliSession,
  sources: PlanSources,
  plan: CyclePlan,
  { path, full, force }: { path: string; full: boolean; force: boolean },
): Promise<void> {
  const config = configPrint(await session.whole(), sources.connection)
  await writePlanFile(path, sources, plan, { config, full, replace: force })
}

/** Says on a terminal what is waited for, once that takes longer than people expect. */
export async function noteIfSlow<T>(planned: Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return await planned
  const note = setTimeout(() => process.stderr.write('Reading the directory and asking Zendesk …\n'), SLOW_MS)
  return await planned.finally(() => clearTimeout(note))
}

/**
 * Who is named, by connection; undefined where the plan is asked for as a whole. A text says why it is nobody.
 *
 * @throws EmptyTextError
 */
async function findWhom(
  session: CliSession,
  { user, group }: Pick<ShowPlanOptions, 'user' | 'group'>,
): Promise<ReadonlyMap<string, Whom> | string | undefined> {
  const kind = user === undefined ? 'group' : 'user'
  const text = user ?? group
  if (text === undefined) return undefined
  const search = await findOne(session, text, `plan --${kind}`, new AbortController().signal)
  if (search.status !== 'found') return search.says
  const found = search.found.filter(({ named }) => named.kind === kind)
  if (found.length === 0) return `'${text}' is a ${search.found[0]!.named.kind}: say --${search.found[0]!.named.kind}.`
  return new Map(found.map(({ named }) => [named.connection, named]))
}

/** What there is to do: held is what waits for an admin's word, a first plan included. */
function detailedCode(plan: CyclePlan): number {
  const { released, links } = plan.ifApproved ?? plan
  const isAnything = released.length > 0 || links.length > 0
  const waits = worthALook(plan).some(({ decision }) => decision === undefined) || (plan.ifApproved && isAnything)
  if (waits) return EXIT.held
  return isAnything ? EXIT.changes : EXIT.done
}
