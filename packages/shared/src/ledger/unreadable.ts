import type { RedisClient } from '../redis-client.ts'
import { z } from 'zod'
import { ProvisioningError } from '../errors.ts'
import type { Problem } from '../problem.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import type { LedgerReader, StoredProblem } from './ledger-reader.ts'
import { keyTypes } from './key-types.ts'
import { isWrongType, readHash, type Unreadable } from './read-stored.ts'
import { StoredService } from './services.ts'
import { wrongKeys } from './wrong-keys.ts'

/** Thrown in place of Redis's WRONGTYPE, which does not say what it is about. */
export class LedgerUnreadableError extends ProvisioningError {
  override name = 'LedgerUnreadableError' as const
  override readonly code = 'LEDGER_UNREADABLE' as const

  constructor({ what, todo }: Pick<Problem, 'what' | 'todo'>, cause: unknown) {
    super(`${what}. ${todo}`, { cause })
  }
}

/** The problems of a connection for people to see: those that were reported, and what of the ledger nobody can read. */
export async function listProblems(redis: RedisClient, reader: LedgerReader): Promise<StoredProblem[]> {
  const [problems, held, log, entitlements, undone, state, names, services] = await Promise.all([
    reader.storedProblems(),
    reader.storedHeldAndDecided(),
    reader.storedDecisionLog(),
    reader.storedEntitlements(),
    reader.storedUndone(),
    reader.unreadableState(),
    reader.storedNames(z.looseObject({})),
    readHash(redis, accountKeys(reader.account).services, StoredService),
  ])
  const unreadable = [problems, held, log, entitlements, undone, names, services].flatMap((one) => one.unreadable)
  const found = [...unreadable, ...state].map((one) => describeUnreadable(one, reader))
  // Nobody noted since when.
  const now = Date.now()
  return [...problems.values.values(), ...found.map((problem) => ({ problem, since: now, source: 'cycle' as const }))]
}

/**
 * What an admin is told of a value that nobody can read: where it stands, what is wrong with it, and what to do.
 *
 *   key          | who mends it
 *   -------------|---------------------------------------------------------------------------------------------
 *   problems     | the next cycle: what is still wrong is reported anew
 *   held         | the next cycle: what is still held is written anew
 *   decisions    | the admin, who decides again: what was held stays held, for it may have been rejected
 *   decision-log | the admin, or time: nothing rests on it
 *   entitlements | the admin, in Zendesk: who is back gets what the directory says, and no more
 *   undone       | the admin, who lets it go or undoes it again: whom it was about stays as they are meanwhile
 *   state        | the next cycle; not where the whole key is none: then the next plan waits as a first one
 *   names        | the next cycle that asks Zendesk
 *   services     | the service itself, once the field is gone
 */
export function describeUnreadable({ key, field, why }: Unreadable, name: ConnectionName): Problem {
  const keys = connectionKeys(name)
  const command = field === undefined ? `DEL ${key}` : `HDEL ${key} '${field}'`
  const todos: Readonly<Record<string, string>> = {
    [keys.problems]: `The next cycle removes it, and reports again what is still wrong; to do so now: redis-cli ${command}`,
    [keys.held]: `The next cycle writes anew what is still held; to remove it now: redis-cli ${command}`,
    [keys.decisions]: `What was held stays held meanwhile. ${
      field === undefined ? `Remove it with redis-cli ${command}, then decide again` : 'Decide again'
    } with 'provisioner approve ${name.connection}' or 'provisioner reject ${name.connection}'${
      field === undefined ? '' : `; where nothing is held any more: redis-cli ${command}`
    }`,
    [keys.decisionLog]:
      field === undefined
        ? `Nothing rests on it: redis-cli ${command}`
        : `Nothing rests on it, and it goes with the oldest; to remove it now: redis-cli LSET ${key} ${field} gone, then redis-cli LREM ${key} 1 gone`,
    [keys.entitlements]: `What they had in Zendesk before they lost their seat is not given back when they are back: give it back there. To remove it: redis-cli ${command}`,
    [keys.undone]:
      field === undefined
        ? `Whatever takes something away is held for approval meanwhile. To let go of all that was undone: provisioner resume ${name.connection} --undone-all, or redis-cli ${command}`
        : `Whom it is about stays as they are meanwhile. Undo it again with 'provisioner undo', or let it go: provisioner resume ${name.connection} --undone '${field}'`,
    [keys.state]:
      field === undefined
        ? `redis-cli ${command}; then the next plan waits for approval like a first one`
        : `The next cycle writes it anew, unless it is about the first plan; to remove it now: redis-cli ${command}`,
    [keys.names]: `The next cycle that asks Zendesk for its names writes them anew; to remove it now: redis-cli ${command}`,
    [accountKeys(name.account).services]: `redis-cli ${command}: a service that runs tells of itself within seconds`,
  }
  return {
    code: 'LEDGER_UNREADABLE',
    subject: 'connection',
    id: name.connection,
    what: `In Redis ${key}${field === undefined ? '' : `, ${key === keys.decisionLog ? 'position' : 'field'} '${field}',`} ${why}`,
    todo: todos[key] ?? `Look at it with redis-cli; to remove it: redis-cli ${command}`,
  }
}

/**
 * The error to tell in place of one that Redis answered with because of a key's type: it names the key. Others stay.
 */
export async function nameWrongType(redis: RedisClient, name: ConnectionName, error: unknown): Promise<unknown> {
  if (!isWrongType(error)) return error
  const [wrong] = await wrongKeys(redis, keyTypes(name)).catch(() => [])
  if (!wrong) return error
  const { key, is, type } = wrong
  return new LedgerUnreadableError(describeUnreadable({ key, why: `is a ${is}, and no ${type}` }, name), error)
}
