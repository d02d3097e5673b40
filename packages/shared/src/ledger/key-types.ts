import { CHANGE_QUEUES, changeQueueName, cycleQueueName } from '../queues.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import { queueKeyTypes } from './queue-key-types.ts'
import type { KeyType, KeyTypes, RedisType } from './wrong-keys.ts'

export const ANEW = 'It was made anew from what the ledger knows'
export const FOUND_AGAIN =
  'What it had in sync is found again in Zendesk, as after a loss of the ledger; everything else is still known'
const BEGINS = 'It begins anew'

/** Entries of a table, one for each key. */
function typed(type: RedisType, follows: string | undefined, ...keys: string[]): (readonly [string, KeyType])[] {
  return keys.map((key) => [key, { type, whose: 'the ledger', follows }] as const)
}

/**
 * The keys of a connection beside its entities: their types, and what becomes of one that is of another type.
 *
 *   of                             | what is done
 *   -------------------------------|-------------------------------------------------------------------------
 *   users, groups, members         | those at rest are found again in Zendesk; the others are listed anew
 *   who is in which groups         | made anew from the lists of members
 *   the fence                      | made anew, greater than all before
 *   what is held, and decisions    | nothing: what can't be read keeps everything held (`decisions-of-cycle.ts`)
 *   what was undone                | nothing: while it can't be read, whatever takes something away is asked for
 *   anything else                  | begins anew, as on an empty Redis
 */
function connectionKeyTypes(name: ConnectionName): KeyTypes {
  const keys = connectionKeys(name)
  return new Map([
    ...typed('hash', FOUND_AGAIN, keys.listOf('user'), keys.listOf('group')),
    ...typed('set', ANEW, keys.groupsWithMembers),
    ...typed('hash', ANEW, keys.groupsOf),
    ...typed('zset', ANEW, keys.pending),
    ...typed('hash', 'Who is out of scope is planned anew', keys.seen),
    ...typed('list', 'What admins had decided can not be looked up any more', keys.decisionLog),
    ...typed('hash', undefined, keys.held, keys.decisions, keys.undone),
    ...typed('zset', 'The guard counts anew', keys.counted),
    ...typed('zset', BEGINS, keys.forgotten),
    ...typed('zset', 'What Zendesk told of is looked at by the next full cycle', keys.looks),
    ...typed('hash', 'The first plan waits for approval again', keys.state),
    ...typed('string', ANEW, keys.fence),
    ...typed('hash', 'Leavers have all of users.removeAfter again', keys.leaving),
    ...typed('hash', 'Who lost their seat gets back what the directory says, and no more', keys.entitlements),
    ...typed('hash', BEGINS, keys.problems, keys.former, keys.foreign, keys.files, keys.unreadable, keys.repairs),
    ...typed('set', BEGINS, keys.shownGroups, keys.shownUsers, keys.damaged, keys.traced),
    ...typed('string', 'It is read anew', keys.names),
  ])
}

/**
 * The keys that an account's connections share. Those of leases are not among them: whoever takes one removes what is
 * none (`lease.ts`). So does a service that says that it lives.
 *
 *   of                   | what is done
 *   ---------------------|-----------------------------------------------------------------------------------
 *   owners               | made anew from the entities of all connections of the account
 *   bulk writes          | begin anew: they close nobody any more, and what they sent is unconfirmed
 *   whom to protect      | begins anew with its look-ups: addresses are looked up in Zendesk by the same cycle
 *   the budget           | begins anew: for a minute Zendesk's own limit may be met, and is waited for
 *   the history's stream | begins anew: what nobody had taken from it is missing in the history
 *   pauses               | nothing: what can't be read is a pause of everything, which `resume` ends
 *   anything else        | begins anew, as on an empty Redis
 */
function accountKeyTypes(account: string): KeyTypes {
  const keys = accountKeys(account)
  return new Map([
    ...typed('hash', ANEW, keys.owners('user'), keys.owners('group')),
    ...typed('hash', 'What was under way is looked up in Zendesk, or sent again', keys.outstanding, keys.jobStatuses),
    ...typed('hash', 'The addresses of accounts.*.protect are looked up again', keys.protected, keys.protectedLookUps),
    ...typed('hash', BEGINS, keys.claims, keys.apiUser, keys.memory, keys.budget),
    ...typed('zset', 'Job statuses are counted anew', keys.budgetSlots),
    ...typed('stream', 'What the history had not taken from it is missing there', keys.history),
    ...typed('hash', undefined, keys.services, keys.pauses),
    ...typed('string', BEGINS, keys.layout, keys.seatsExhausted, keys.bulkImportRefused, keys.historyLost),
  ])
}

/** The keys of a connection's queues. */
export function connectionQueueKeyTypes({ account, connection }: ConnectionName): KeyTypes {
  const names = [...CHANGE_QUEUES.map((queue) => changeQueueName(connection, queue)), cycleQueueName(connection)]
  return new Map(names.flatMap((name) => [...queueKeyTypes(account, name)]))
}

/** All keys that a connection's cycles and workers rest on, beside entities and jobs. */
export function keyTypes(name: ConnectionName): KeyTypes {
  const all = [connectionKeyTypes(name), accountKeyTypes(name.account), connectionQueueKeyTypes(name)]
  return new Map(all.flatMap((types) => [...types]))
}
