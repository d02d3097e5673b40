import { z } from 'zod'
import { fingerprint } from '@provisioner/shared/desired.ts'
import { PlannedThing } from '@provisioner/shared/ledger/plan-request.ts'
import type { CyclePlan } from '../../cycle/cycle-plan.ts'
import { thingsOf } from '../../cycle/things-of-plan.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { CommandLineError } from '../command-line-error.ts'
import { readTextFile, writeTextFile } from '../text-file.ts'

/** The version of the file that this program writes, and alone reads. */
const VERSION = 1

/** A plan in a file, to be carried out as it is. It holds no values, only prints of them. */
export const PlanFile = z.object({
  version: z.literal(VERSION),
  connection: z.string(),
  account: z.string(),
  /** When it was made, ms since the epoch. */
  at: z.number(),
  /** See `configPrint`. */
  config: z.string(),
  /** Whether it was made as a full cycle would. */
  full: z.boolean(),
  /** Whether it was a first plan that waited for approval. */
  firstPlan: z.boolean(),
  things: z.array(PlannedThing),
})
export type PlanFile = Readonly<z.infer<typeof PlanFile>>

/** Thrown for a file that holds no plan, or one of another version, or one that was changed by hand or cut off. */
export class PlanFileError extends CommandLineError {
  override name = 'PlanFileError' as const
  override readonly code = 'PLAN_UNUSABLE' as const

  constructor(path: string, why: string) {
    super(`${path} ${why}: make another with 'provisioner plan --out FILE'`)
  }
}

/** Writes a plan to a file that its owner alone may read. @throws TextFileError */
export async function writePlanFile(
  path: string,
  { connection, reader }: Pick<PlanSources, 'connection' | 'reader'>,
  plan: CyclePlan,
  { config, full, replace }: { config: string; full: boolean; replace: boolean },
): Promise<void> {
  const file: PlanFile = {
    version: VERSION,
    connection: connection.id,
    account: connection.account,
    at: Date.now(),
    config,
    full,
    firstPlan: plan.ifApproved !== undefined,
    things: await thingsOf(plan, reader),
  }
  await writeTextFile(path, `${JSON.stringify({ ...file, digest: fingerprint(file) })}\n`, { replace })
}

/** @throws TextFileError, PlanFileError */
export async function readPlanFile(path: string): Promise<PlanFile> {
  const json = parse(await readTextFile(path))
  if (json === undefined) throw new PlanFileError(path, 'is no plan: it is no JSON, or was cut off')
  const { version } = json as { version?: unknown }
  if (version !== undefined && version !== VERSION)
    throw new PlanFileError(path, `is a plan of another version (${String(version)})`)
  const { success, data } = PlanFile.safeParse(json)
  if (!success) throw new PlanFileError(path, 'is no plan')
  const { digest } = json as { digest?: unknown }
  if (digest !== fingerprint(data)) throw new PlanFileError(path, 'was changed since it was written')
  return data
}

/** Undefined for what is no JSON object. */
function parse(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? json : undefined
  } catch {
    return undefined
  }
}
