import type { Kind } from '../entity.ts'

/** A connection, and the account whose part of Redis it lies in. */
export interface ConnectionName {
  readonly account: string
  readonly connection: string
}

/** A connection of the configuration, by its names. */
export function connectionName({ id, account }: { readonly id: string; readonly account: string }): ConnectionName {
  return { account, connection: id }
}

/**
 * What every key of an account begins with, those of its queues included. It is a hash tag: on a cluster all that
 * belongs to an account lies on one node, as scripts and BullMQ need it, and accounts spread.
 */
export function accountTag(account: string): string {
  return `{zp:${account}}`
}

/**
 * What stands in the place of a connection's name where the connections of an account share a key. None is named so.
 */
export const SHARED_BY_ACCOUNT = 'account'

/**
 * By what users are answered whose entries are not in scope, in the place of a fingerprint:
 *
 *   absent   the removal was carried out, or there was nothing to remove
 *   ignored  `remove: ignore`: counted in every cycle, and left alone
 *   left     one of the two before: whether they are deleted now waits for an admin, or for the directory's answer, and
 *            is planned in each cycle
 *   offered  another connection asked for the user, who is left active for it to take over
 */
export const ABSENT = 'absent'
export const IGNORED = 'ignored'
export const LEFT = 'left'
export const OFFERED = 'offered'

/** How those are answered whose leaving has been seen. */
export const HAS_LEFT: ReadonlySet<string | null | undefined> = new Set([ABSENT, IGNORED, LEFT])

/** Every key of a connection's ledger. */
export function connectionKeys({ account, connection }: ConnectionName) {
  const prefix = `${accountTag(account)}:${connection}:`
  return {
    prefix,
    /** Hash of one entity that is not at rest: docs/ledger.md has its fields. */
    entity: (kind: Kind, id: string) => `${prefix}${kind}:${id}`,
    /** Hash id → text of one that is at rest, or '' where it has a hash of its own: it lists all of its kind. */
    listOf: (kind: 'user' | 'group') => `${prefix}${kind}s`,
    /** The same of the memberships of a group: user id → text. */
    membersOf: (groupId: string) => `${prefix}members:${groupId}`,
    /** Set of the ids of groups that have members. */
    groupsWithMembers: `${prefix}groups-with-members`,
    /** Hash user id → JSON array of the ids of groups in which the user has a membership record. */
    groupsOf: `${prefix}groups-of`,
    /**
     * Hash user id → fingerprint of the mapped entry that is answered, or `ABSENT`, `IGNORED`, `OFFERED` of one who is
     * not in scope: of users whom the ledger does not know, for others have it as a field.
     */
    seen: `${prefix}seen`,
    /**
     * Set of the keys (normalised DNs) of directory groups that showed members when they were last read; of some, by
     * attribute.
     */
    shownGroups: `${prefix}shown-groups`,
    /** Set of the ids of users in scope who named groups when they were last read; `unread:` before those in doubt. */
    shownUsers: `${prefix}shown-users`,
    /** Sorted set of `kind|id`, see `entity-member.ts`, by the time of release: released but not applied. */
    pending: `${prefix}pending`,
    /** Hash `kind|id` → JSON: what the guard keeps back, and why. */
    held: `${prefix}held`,
    /**
     * Hash key of a held change → JSON: what admins decided. Only they write it; a cycle drops what has nothing left to
     * decide.
     */
    decisions: `${prefix}decisions`,
    /** List of JSON, the newest first, of the last 1000 that were made: what admins decided, for them to look up. */
    decisionLog: `${prefix}decision-log`,
    /** Hash `kind|id` → JSON: entities that could not be read, until they are known again. */
    unreadable: `${prefix}unreadable`,
    /** Set of keys of the wrong type that scripts met, for the next cycle to mend. */
    damaged: `${prefix}damaged`,
    /** Hash problem key → JSON. */
    problems: `${prefix}problems`,
    /** Sorted set `category|kind|id|revision` by time: what counts at the guard inside its window. */
    counted: `${prefix}counted`,
    /** Sorted set of `kind|id`, of users and groups, by when they were forgotten in the last day, ms. */
    forgotten: `${prefix}forgotten`,
    /** Hash user id → ms since the epoch: when a leaver was first seen leaving who has time by `users.removeAfter`. */
    leaving: `${prefix}leaving`,
    /** Hash user id → JSON (`Entitlements`): what team members had who lost their seat, to be given back. */
    entitlements: `${prefix}entitlements`,
    /** Hash `kind|id` → JSON (`Undone`): what an admin took back, and keeps back until it is let go. */
    undone: `${prefix}undone`,
    /** Hash SID or DN → Zendesk user id: members of groups who are of other domains, as they were last found. */
    foreign: `${prefix}foreign`,
    /** Hash address in lower case → user id: former addresses that we left with users (`oldEmail: keep`). */
    former: `${prefix}former`,
    /** Hash user id → JSON: which attributes were set right that somebody had changed, and how often: `repairs.ts`. */
    repairs: `${prefix}repairs`,
    /** Sorted set of what Zendesk told to have changed, by when, ms: `looks.ts` has its members. */
    looks: `${prefix}looks`,
    /** Set of `kind|id`, with a time to live: entities whose writes somebody follows step by step, see `traces.ts`. */
    traced: `${prefix}traced`,
    /** List of JSON, with a time to live: the steps of a traced entity (`kind|id`). */
    trace: (member: string) => `${prefix}trace:${member}`,
    /** String: the token of the newest cycle, by Redis's clock in µs; older ones may no longer write. */
    fence: `${prefix}fence`,
    /** String, while the sets that name entities are made anew. */
    mending: `${prefix}mending`,
    /** String: the account's organizations, roles, locales and brands by name, as JSON, as they were last read. */
    names: `${prefix}names`,
    /** Hash: first run, last cycle, last audit, failing cycles, the newest configuration. */
    state: `${prefix}state`,
    /** String, with a time to live: a plan that a cycle is to carry out, as JSON (`PlanRequest`). */
    planRequest: (id: string) => `${prefix}plan-request:${id}`,
    /** Hash host and path of a configuration → JSON: what a producer that was started with it last found in it. */
    files: `${prefix}files`,
  } as const
}

/** Every key that the connections of an account share. */
export function accountKeys(account: string) {
  const prefix = `${accountTag(account)}:${SHARED_BY_ACCOUNT}:`
  return {
    prefix,
    /** String: the number of the layout that this account's keys have, see `layout.ts`. */
    layout: `${prefix}layout`,
    /** Hash `role|name` → JSON: the account's producers and workers, see `services.ts`. */
    services: `${prefix}services`,
    /** Hash Zendesk id → `connection|directory id` (`owner.ts`): an object belongs to one entry of one connection. */
    owners: (kind: 'user' | 'group') => `${prefix}owners:${kind}`,
    /** Hash Zendesk user id → `connection|directory id|ms`: who asked for an object that another connection owns. */
    claims: `${prefix}claims`,
    /** Hash Zendesk user id → pattern of `accounts.*.protect`: users that are never linked and never written. */
    protected: `${prefix}protected`,
    /** Hash address → ms: when the user of an address in `accounts.*.protect` was looked up in Zendesk. */
    protectedLookUps: `${prefix}protected-look-ups`,
    /** Hash fingerprint of the credentials' owner → Zendesk id of their user. */
    apiUser: `${prefix}api-user`,
    /** Hash batch id → JSON: bulk writes that Zendesk may still be carrying out. */
    outstanding: `${prefix}outstanding`,
    /** Hash batch id → job status id of bulk writes whose answer is known. */
    jobStatuses: `${prefix}job-statuses`,
    /** String, for a day: an ended job status as JSON, for whoever waits for it. */
    ended: (jobStatusId: string) => `${prefix}ended:${jobStatusId}`,
    /** Lease on an outstanding write: whoever has it settles it, its sender or another worker. */
    bulkLease: (batch: string) => `${prefix}bulk-lease:${batch}`,
    /** Lease of the one worker that polls job statuses and looks after dead workers' writes. */
    poller: `${prefix}poller`,
    /** Lease of a live worker: the job statuses that it has taken are its own. */
    alive: (worker: string) => `${prefix}alive:${worker}`,
    /** Lease of the one batch that may create groups. */
    creatingGroups: `${prefix}creating-groups`,
    /** Lease of the one batch that may take an admin's role or access away. */
    removingAdmins: `${prefix}removing-admins`,
    /** Hash `connection|all` or `|removals`, with `*` for all connections → JSON: who paused that, when and why. */
    pauses: `${prefix}pauses`,
    /** Stream: what was done and decided, until it is taken into the history; its events are `history/event.ts`. */
    history: `${prefix}history`,
    /** String: how many events were dropped that nobody had taken, as the stream was too long. */
    historyLost: `${prefix}history-lost`,
    /** Lease of the one process that takes events out of that stream into the history. */
    historyLease: `${prefix}history-lease`,
    /** Lease of the one batch that may read what several leavers have. */
    leaversTurn: `${prefix}leavers-turn`,
    /** Hash hour since the epoch → bytes that Redis used then, of the last 25 hours. */
    memory: `${prefix}memory`,
    /** String, with a time to live: an event of Zendesk's that was delivered, by its id. */
    delivery: (event: string) => `${prefix}delivery:${event}`,
    /** Hash: the account's minute of requests, see `budget/minute.lua.ts` of the client. */
    budget: `${prefix}budget`,
    /** Sorted set of the job statuses that are taken: `UUID|holder` by the end of the lease, ms. */
    budgetSlots: `${prefix}budget:slots`,
    /** String, with a time to live: no seat was left for another agent. */
    seatsExhausted: `${prefix}seats-exhausted`,
    /** String, with a time to live: bulk import was refused, do not ask again before it ends. */
    bulkImportRefused: `${prefix}bulk-import-refused`,
  } as const
}
