import { basename } from 'node:path'
import { zendeskNamesMasked } from '@provisioner/shared/config/masked-names.ts'
import { startsOf } from '../../cycle/starts-of-plan.ts'
import { CommandLineError } from '../command-line-error.ts'
import { EXIT } from '../exit-codes.ts'
import { planOf } from '../plan-now.ts'
import { tellStart } from '../progress.ts'
import type { CliSession } from '../session.ts'
import { comparePlansOf, type ComparedPlan, type Comparison } from './compare-plans.ts'
import { comparisonAsMarkdown } from './comparison-as-markdown.ts'
import { describeComparison, type ComparedNames } from './describe-comparison.ts'
import { noteIfSlow } from './show-plan.ts'

export interface CompareOptions {
  readonly full: boolean
  readonly all: boolean
  readonly limit: number | undefined
  readonly format: 'text' | 'json' | 'md'
  readonly detailedExitcode: boolean
}

/** A configuration that is compared: its path, and what it opened. */
export interface Compared {
  readonly path: string
  readonly session: CliSession
}

/** Thrown for configurations that can't be compared: they are of different accounts. */
export class NotComparableError extends CommandLineError {
  override name = 'NotComparableError' as const
  override readonly code = 'NOT_COMPARABLE' as const
}

/**
 * `provisioner plan --config NEW --against PRESENT`: what one configuration would do other than another. Both plan
 * every entry anew, each from the directory as it is. Writes nothing. Returns the exit code, with `detailedExitcode` 3
 * where they differ and 4 where the new one would hold something that the present one does not.
 *
 * @throws NotComparableError
 */
export async function compareConfigs(
  present: Compared,
  next: Compared,
  options: CompareOptions,
  print: (text: string) => void,
): Promise<number> {
  const names = { present: basename(present.path), next: basename(next.path) }
  if (names.present === names.next) Object.assign(names, { present: present.path, next: next.path })
  tellStart('Reading the directory and asking Zendesk, twice', { forPrograms: options.format !== 'text' })
  const known = new Map(present.session.connections.map((one) => [one.id, one]))
  const codes: number[] = [EXIT.done]
  for (const { id, account } of next.session.connections) {
    const before = known.get(id)
    if (before === undefined) {
      print(`Connection '${id}' is not in ${names.present}: 'provisioner plan ${id}' shows what it would do.`)
      continue
    }
    if (before.account !== account)
      throw new NotComparableError(
        `Connection '${id}' is of account '${before.account}' in ${names.present}, and of '${account}' in ${names.next}`,
      )
    const plans = [await planAnew(present.session, id, options), await planAnew(next.session, id, options)] as const
    const comparison = comparePlansOf(id, ...unseen(plans))
    print(shownAs(comparison, names, options))
    codes.push(codeOf(comparison))
  }
  const left = [...known.keys()].filter((id) => !next.session.connections.some((one) => one.id === id))
  for (const id of left)
    print(`Connection '${id}' is not in ${names.next} any more: nobody would follow its directory.`)
  return options.detailedExitcode ? Math.max(...codes) : EXIT.done
}

async function planAnew(session: CliSession, id: string, { full }: { full: boolean }): Promise<ComparedPlan> {
  const sources = await session.sources(id)
  const plan = await noteIfSlow(planOf(sources, { full, anew: true }))
  const starts = await startsOf(plan.ifApproved ?? plan, sources.reader)
  const { nameOf } = sources.names.atHand
  return { plan, starts, nameOf, masked: zendeskNamesMasked(sources.connection.users.map) }
}

/** What either of them masks is shown of neither. */
function unseen([present, next]: readonly [ComparedPlan, ComparedPlan]): [ComparedPlan, ComparedPlan] {
  const masked = present.masked.union(next.masked)
  return [
    { ...present, masked },
    { ...next, masked },
  ]
}

function shownAs(comparison: Comparison, names: ComparedNames, { format, all, limit }: CompareOptions): string {
  switch (format) {
    case 'json':
      return JSON.stringify(comparison)
    case 'md':
      return comparisonAsMarkdown(comparison, names, limit)
    case 'text':
      return describeComparison(comparison, names, { all, limit })
    default:
      return format satisfies never
  }
}

function codeOf({ items }: Comparison): number {
  if (items.some(({ how, held }) => how !== 'dropped' && held !== null)) return EXIT.held
  return items.length > 0 ? EXIT.changes : EXIT.done
}
