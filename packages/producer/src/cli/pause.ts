import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import {
  describePause,
  pause,
  readPauses,
  resume,
  type Pause,
  type PauseScope,
} from '@provisioner/shared/ledger/pauses.ts'
import { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import { deciderOf } from './decider.ts'
import type { CliSession } from './session.ts'

/** What a pause or its end is about: a connection, or all accounts of the configuration. */
interface About {
  readonly connection: string | undefined
  readonly json: boolean
}

const WHAT: Readonly<Record<PauseScope, string>> = {
  all: 'nothing is written to Zendesk',
  removals: 'nothing is taken away in Zendesk',
}

/**
 * `provisioner pause`: within two seconds no worker writes to Zendesk any more, or takes anything away there. Cycles go
 * on, and what they plan waits. What is paused already stays so in the name of who did it.
 */
export async function pauseWriting(
  session: CliSession,
  { connection, removals, reason, json }: About & { readonly removals: boolean; readonly reason?: string | undefined },
  print: (text: string) => void,
): Promise<void> {
  const scope = removals ? 'removals' : 'all'
  for (const account of accountsOf(session)) {
    const isNew = await pause(session.redis, account, { connection, scope }, deciderOf(reason))
    const stands = await readPauses(session.redis, account)
    const own = stands.find((one) => one.connection === connection && one.scope === scope)
    if (json) print(JSON.stringify({ account, connection: connection ?? null, scope, paused: isNew, pauses: stands }))
    else if (isNew || !own)
      print(`${nameOf(account, connection)}: paused. Within 2 s ${WHAT[scope]}, and who leaves keeps access.`)
    else print(`${nameOf(account, connection)}: was paused already: ${describePause(own)}.`)
  }
  if (!json)
    print(`'provisioner resume${connection === undefined ? '' : ` ${connection}`}' ends it; what waits goes out then.`)
}

const NOTHING = 'Nothing is paused.'

/**
 * `provisioner resume`: ends the pauses of a connection, or all there are, and says what waited. False where there is
 * none, or the whole account stays paused.
 */
export async function resumeWriting(
  session: CliSession,
  { connection, json }: About,
  print: (text: string) => void,
): Promise<boolean> {
  let isDone = false
  let isStill = false
  for (const account of accountsOf(session)) {
    const pauses = await readPauses(session.redis, account)
    const ended = pauses.filter((one) => connection === undefined || one.connection === connection)
    const still = pauses.filter((one) => connection !== undefined && one.connection === undefined)
    await resume(session.redis, account, ended, deciderOf(undefined))
    const waiting = await waitingOf(session, account)
    isDone ||= ended.length > 0
    isStill ||= still.length > 0
    if (json) print(JSON.stringify({ account, connection: connection ?? null, ended, still, waiting }))
    else describeEnd(account, ended, still, waiting).forEach(print)
  }
  if (!isDone && !isStill && !json)
    print(connection === undefined ? NOTHING : `Connection '${connection}' is not paused.`)
  return isDone && !isStill
}

function describeEnd(account: string, ended: readonly Pause[], still: readonly Pause[], waiting: number): string[] {
  const then = waiting === 1 ? '1 change waits, and goes out now' : `${waiting} changes wait, and go out now`
  return [
    ...ended.map((one) => `${nameOf(account, one.connection)}: resumed; was ${describePause(one)}. ${then}.`),
    ...still.map((one) => `${nameOf(account, undefined)} stays ${describePause(one)}: 'provisioner resume' ends that.`),
  ]
}

async function waitingOf({ redis, connections }: CliSession, account: string): Promise<number> {
  const own = connections.filter((one) => one.account === account)
  const counts = await Promise.all(
    own.map(async (one) => (await new LedgerReader(redis, connectionName(one)).pending()).length),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

function accountsOf({ connections }: CliSession): string[] {
  return [...new Set(connections.map(({ account }) => account))]
}

function nameOf(account: string, connection: string | undefined): string {
  return connection === undefined ? `Account '${account}'` : `Connection '${connection}'`
}
