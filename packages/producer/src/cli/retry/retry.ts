import { ChangeQueues } from '@provisioner/shared/change-job.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { noteEvents } from '@provisioner/shared/history/note-event.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import { WITH_ALL_ATTEMPTS } from '@provisioner/shared/retry-policy.ts'
import { toJob } from '../../cycle/heal.ts'
import { whatStands } from '../ask-for-cycle.ts'
import { awaitWritten } from '../await-written.ts'
import { byOf } from '../decider.ts'
import { EXIT } from '../exit-codes.ts'
import { findOne } from '../explain/find-or-list.ts'
import type { Progress } from '../progress.ts'
import type { CliConnection, CliSession } from '../session.ts'
import { describeRetried } from './describe-retried.ts'
import type { Retried, RetryOptions, ToldChange } from './retried.ts'
import { causesOf, findFailedChanges, isOf, type FailedChange, type Whose } from './failed-changes.ts'
import { assertCause } from './unknown-cause.ts'

/**
 * `provisioner retry`: has tried anew what failed with all its attempts and what Zendesk refused, as a retry in the
 * dashboard does; without a selection it lists the causes. Returns the exit code: 1 where nobody is found by a name,
 * and where it was to be waited for and something failed again or nobody works.
 *
 * @throws EmptyTextError, UnknownCauseError
 */
export async function retry(
  session: CliSession,
  options: RetryOptions,
  print: (text: string) => void,
  progress: Progress,
): Promise<number> {
  if (options.cause !== undefined) await assertCause(session, options.cause)
  const whose = await whoseOf(session, options)
  if (typeof whose === 'string') {
    print(whose)
    return EXIT.failed
  }
  let code: number = EXIT.done
  for (const connection of session.connections) {
    const retried = await retryOne(session, connection, options, whose, progress).finally(() => progress.clear())
    print(options.json ? JSON.stringify(retried) : describeRetried(retried, options))
    const isUndone = (retried.again?.length ?? 0) > 0 || (retried.again === null && options.wait && hasSome(retried))
    if (isUndone) code = EXIT.failed
  }
  return code
}

const hasSome = ({ retried }: Retried) => (retried?.length ?? 0) > 0

/** Who is named, by connection; undefined where nobody is, and a text to tell in place of it. */
async function whoseOf(
  session: CliSession,
  { user, group }: RetryOptions,
): Promise<ReadonlyMap<string, Whose> | string | undefined> {
  const text = user ?? group
  if (text === undefined) return undefined
  const kind = user === undefined ? 'group' : 'user'
  const search = await findOne(session, text, 'retry', new AbortController().signal)
  if (search.status === 'not one') return search.says
  const named = search.found.map((one) => one.named).filter((one) => one.kind === kind && one.id !== undefined)
  if (named.length === 0) return `'${text}' is no ${kind}: name it by --${kind === 'user' ? 'group' : 'user'}.`
  return new Map(named.map(({ connection, id, label, dn }) => [connection, { kind, id: id!, label: label ?? dn, dn }]))
}

async function retryOne(
  session: CliSession,
  connection: CliConnection,
  options: RetryOptions,
  whose: ReadonlyMap<string, Whose> | undefined,
  progress: Progress,
): Promise<Retried> {
  const { redis } = session
  const { id } = connection
  await using queues = new ChangeQueues(connectionName(connection), redis)
  const failed = await findFailedChanges(redis, connection, queues)
  const causes = causesOf(failed)
  const isAsked = options.all || options.cause !== undefined || whose !== undefined
  if (!isAsked) return { connection: id, causes, retried: null, again: null, standing: [] }
  const asked = whose?.get(id)
  const chosen = failed.filter(
    (one) =>
      (options.cause === undefined || one.cause === options.cause) &&
      (!whose || (asked !== undefined && isOf(one, asked))),
  )
  const retried = await retryAll(queues, chosen)
  await note(session, connection, retried, { reason: options.reason, asked })
  const { paused, idle } = await whatStands(session, connection)
  const standing = retried.length > 0 ? [...paused, ...idle] : []
  const told = { connection: id, causes, retried: retried.map(tell), again: null, standing }
  if (!options.wait || standing.length > 0 || retried.length === 0) return told
  await awaitWritten(redis, connection, Date.now() + options.timeout, (text) =>
    progress.show(`Connection '${id}': ${text} ...`),
  )
  const keys = new Set(retried.map(({ one }) => formatEntityMember(one.ref)))
  const left = await findFailedChanges(redis, connection, queues)
  return { ...told, again: left.filter(({ one }) => keys.has(formatEntityMember(one.ref))).map(tell) }
}

/** Retries them, and returns those for which nobody else was quicker. */
async function retryAll(queues: ChangeQueues, chosen: readonly FailedChange[]): Promise<FailedChange[]> {
  const retried: FailedChange[] = []
  for (const change of chosen) {
    if (!change.job) {
      await queues.add([toJob(change.one, change.one.revision)])
      retried.push(change)
      continue
    }
    const isRetried = await change.job.retry('failed', WITH_ALL_ATTEMPTS).then(
      () => true,
      async (error: unknown) => {
        // somebody else has retried or removed it meanwhile
        if ((await change.job!.getState()) === 'failed') throw error
        return false
      },
    )
    if (isRetried) retried.push(change)
  }
  return retried
}

function tell({ one: { ref, dn, label, operation }, cause, reason }: FailedChange): ToldChange {
  return { kind: ref.kind, id: ref.id, dn, label, operation, cause, reason }
}

/** Notes in the history who retried what: an event for each cause. */
async function note(
  { redis }: CliSession,
  { id, account }: CliConnection,
  retried: readonly FailedChange[],
  { reason, asked }: { readonly reason: string | undefined; readonly asked: Whose | undefined },
): Promise<void> {
  const about = asked && { kind: asked.kind, id: asked.id, label: asked.label, dn: asked.dn }
  const events = [...Map.groupBy(retried, ({ cause }) => cause)].map(([cause, some]) => ({
    ...{ type: 'retry' as const, connection: id, ...byOf(reason), cause, jobs: some.length },
    ...(about && { about }),
  }))
  await noteEvents(redis, account, events)
}
