import { sentence } from '@provisioner/shared/sentence.ts'
import { describeTroubles } from '../show-troubles.ts'
import type { Retried, RetryOptions, ToldChange } from './retried.ts'

/** So many changes are listed; all are in `--json`. */
const LISTED = 50

/** What `provisioner retry` did of one connection, for people. */
export function describeRetried(
  { connection, causes, retried, again, standing }: Retried,
  { cause, user, group }: Pick<RetryOptions, 'cause' | 'user' | 'group'>,
): string {
  const of = `Connection '${connection}'`
  if (causes.length === 0) return `${of}: nothing has failed, and nothing is refused.`
  const known = causes.map((one) => `  ${String(one.count).padStart(6)}  ${one.cause}  ${sentence(one.reason)}`)
  if (retried === null)
    return [
      `${of}: what has failed or was refused, by cause, each with what is said most often:`,
      ...known,
      `'provisioner retry ${connection} --cause CODE' has it tried now, '--all' all of it, '--user WHO' one person's.`,
    ].join('\n')
  if (retried.length === 0) {
    const whose = user ?? group
    const what = [cause && `with ${cause}`, whose && `of '${whose}'`].filter(Boolean).join(' ')
    return [`${of}: nothing ${what} has failed or was refused. There is:`, ...known].join('\n')
  }
  const failed = new Map(again?.map((one) => [`${one.kind}|${one.id}`, one]))
  const lines = retried.slice(0, LISTED).map((one) => `  ${describe(one, again, failed.get(`${one.kind}|${one.id}`))}`)
  return [
    `${of}: ${retried.length === 1 ? '1 change is' : `${retried.length} changes are`} tried anew, with all attempts.`,
    ...lines,
    ...(retried.length > LISTED ? [`  … and ${retried.length - LISTED} more`] : []),
    ...(standing.length > 0 ? ['But not now:', ...describeTroubles(standing)] : []),
  ].join('\n')
}

function describe(
  { operation, label, dn, id, cause }: ToldChange,
  again: readonly ToldChange[] | null,
  failed: ToldChange | undefined,
): string {
  const who = `${operation}  ${label}  ${dn || id}  (${cause})`
  if (again === null) return who
  return failed ? `${who}\n    not written: ${sentence(failed.reason)}` : `${who}  no longer failed`
}
