import type { RedisClient } from '../redis-client.ts'
import { canonicalJson, fingerprint, type Desired } from '../desired.ts'
import type { EntityRef, Kind } from '../entity.ts'
import type { Operation } from '../queues.ts'
import { CycleNotes, type Command } from './cycle-notes.ts'
import type { Decision } from './decision.ts'
import type { GuardCategory } from './held-change.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import { DROP_DECISIONS } from './lua/drop-decisions.ts'
import { FENCED_WRITES } from './lua/fenced-writes.ts'
import { LINK } from './lua/link.ts'
import { PENDING, REISSUE } from './lua/pending.ts'
import { RELEASE } from './lua/release.ts'
import { SET_ASIDE } from './lua/set-aside.ts'
import { formatOwner, type OwnerRef } from './owner.ts'
import { readPending, type Pending } from './pending.ts'
import { beginCycle, OlderConfigError, type StartingProducer } from './newest-config.ts'
import type { Applied, AppliedUser, LedgerRecord } from './record.ts'
import { FencedError, runScript } from './script.ts'

/** Entities per script call: 200 releases hold Redis for about 2 ms. */
const CHUNK = 200

/** How long what could not be read is kept beside the ledger, ms: for whoever asks what it was. */
const KEPT_ASIDE_MS = 30 * 24 * 3_600_000

/** An admin's decision as a cycle read it. */
export interface Approval {
  readonly key: string
  readonly text: string
}

/** A desired state that may be written from now on. */
export interface Release {
  readonly kind: Kind
  readonly id: string
  readonly dn: string
  readonly label: string
  readonly desired: Desired
  readonly operation: Operation
  /** Names of the attributes that change. */
  readonly changed: readonly string[]
  /** Gets a new revision even when it waits already. */
  readonly anew?: boolean
  /** The fingerprint of the entry that is answered with it. */
  readonly seen?: string | undefined
  /** The decisions that it rests on: it is refused when one of them is another by now, and uses them up. */
  readonly approvals?: readonly Approval[] | undefined
  /** The guard's categories that it counts in. */
  readonly counts?: readonly GuardCategory[] | undefined
}

/** An object that was found in Zendesk; `zendeskId: null` forgets a link to one that is gone. */
export interface Link {
  readonly kind: Kind
  readonly id: string
  readonly dn: string
  readonly label: string
  readonly zendeskId: number | null
  readonly applied: Applied | null
  readonly suspendedByUs: boolean
  /** Default: adopted. */
  readonly origin?: 'created' | 'adopted'
  /** The entry that the object is taken over from; it is forgotten in the same step. */
  readonly from?: OwnerRef
  /** What Zendesk holds already, and so needs no job. */
  readonly inSync: Desired | null
  /**
   * The entity's record as the plan knew it: one that was written or linked since is `busy`, for what was found in
   * Zendesk may be gone again. Zeros and null for an entity that was unknown.
   */
  readonly known?: Pick<LedgerRecord, 'revision' | 'appliedRevision' | 'zendeskId'>
  /** The fingerprint of the entry that is answered with it. */
  readonly seen?: string | undefined
  /** The decisions that it rests on: it is refused when one of them is another by now, and uses them up. */
  readonly approvals?: readonly Approval[] | undefined
}

/**
 * The ledger as one cycle may write it. Each script checks the cycle's fencing token, so that a producer that
 * stalled and comes back after its successor began can write nothing.
 *
 * @throws FencedError from every method, when a newer cycle has begun
 */
export class CycleLedger {
  readonly connection: string
  readonly account: string
  readonly cycle: number
  /** What the cycle notes besides, behind the same fence. */
  readonly notes: CycleNotes
  readonly #redis: RedisClient
  readonly #account: ReturnType<typeof accountKeys>
  readonly #prefix: string

  constructor(redis: RedisClient, { connection, account, cycle }: ConnectionName & { readonly cycle: number }) {
    this.#redis = redis
    this.connection = connection
    this.account = account
    this.cycle = cycle
    this.#account = accountKeys(account)
    this.#prefix = connectionKeys({ account, connection }).prefix
    this.notes = new CycleNotes({ connection, account }, (commands) => this.#write(commands))
  }

  /**
   * Begins a cycle: from now on older cycles are fenced out.
   *
   * @throws OlderConfigError when a producer is named whose configuration is not the newest
   */
  static async begin(
    redis: RedisClient,
    name: ConnectionName,
    producer?: Pick<StartingProducer, 'name' | 'print'>,
  ): Promise<CycleLedger> {
    const cycle = await beginCycle(redis, name, producer)
    if (cycle === null) throw new OlderConfigError(name.connection)
    return new CycleLedger(redis, { ...name, cycle })
  }

  /**
   * Records desired states, before their jobs are added. Returns each one's revision and whether its job can run; null
   * for the creation of a user who is linked by now, and for what an admin has taken back.
   */
  async release(releases: readonly Release[]): Promise<({ revision: number; ready: boolean } | null)[]> {
    const answers = await this.#chunked(RELEASE, [], [], releases, (r) => ({
      kind: r.kind,
      id: r.id,
      dn: r.dn,
      label: r.label,
      desired: canonicalJson(r.desired),
      presence: r.desired.presence,
      fingerprint: fingerprint(r.desired),
      operation: r.operation,
      changed: r.changed.join(','),
      anew: r.anew ?? false,
      counts: r.counts ?? [],
      approvals: r.approvals,
      seen: r.seen,
    }))
    return (answers as [string, number][]).map(([revision, ready]) =>
      revision === '' ? null : { revision: Number(revision), ready: ready === 1 },
    )
  }

  /** Links and unlinks. Returns `linked`, `unlinked`, `busy` or `owned by …` for each: see `ownerInAnswer`. */
  async link(links: readonly Link[]): Promise<string[]> {
    const keys = [this.#account.owners('user'), this.#account.owners('group')]
    const answers = await this.#chunked(LINK, keys, [], links, (l) => ({
      kind: l.kind,
      id: l.id,
      dn: l.dn,
      label: l.label,
      zendeskId: l.zendeskId === null ? '' : String(l.zendeskId),
      applied: l.applied === null ? '' : canonicalJson(l.applied),
      role: l.kind === 'user' ? String((l.applied as AppliedUser | null)?.attributes['role'] ?? '') : '',
      suspendedByUs: l.suspendedByUs,
      origin: l.origin ?? 'adopted',
      from: l.from && {
        owner: formatOwner(l.from),
        prefix: connectionKeys({ account: this.account, connection: l.from.connection }).prefix,
        id: l.from.id,
      },
      desired: l.inSync === null ? '' : canonicalJson(l.inSync),
      fingerprint: l.inSync === null ? '' : fingerprint(l.inSync),
      presence: l.inSync?.presence ?? '',
      known: l.known && {
        revision: l.known.revision,
        appliedRevision: l.known.appliedRevision,
        zendeskId: l.known.zendeskId === null ? '' : String(l.known.zendeskId),
      },
      seen: l.seen,
      approvals: l.approvals,
    }))
    return answers as string[]
  }

  /**
   * Looks at entities that were released and not applied. @param members `kind|id`, as `LedgerReader.pending` has them
   */
  async lookAt(members: readonly string[]): Promise<Pending[]> {
    const found: Pending[] = []
    for (let at = 0; at < members.length; at += CHUNK) {
      const part = members.slice(at, at + CHUNK)
      const answers = (await this.#run(PENDING, [], [JSON.stringify(part)])) as (string | number)[][]
      found.push(...part.flatMap((member, i) => readPending(this.connection, member, answers[i] ?? []) ?? []))
    }
    return found
  }

  /** A new revision at the same desired state. Returns it, or null where the entity has moved on. */
  async reissue(stale: readonly { ref: EntityRef; revision: number }[]): Promise<(number | null)[]> {
    const answers = await this.#chunked(REISSUE, [], [], stale, (s) => ({
      kind: s.ref.kind,
      id: s.ref.id,
      revision: s.revision,
    }))
    return (answers as string[]).map((revision) => (revision === '' ? null : Number(revision)))
  }

  /**
   * Sets entities aside that can't be read: they are known no more, and what was there is kept under `set-aside:` for
   * 30 days. Returns what their hashes still say of who they are; undefined for one that a write
   * is going on at.
   */
  async setAside(
    entities: readonly { kind: Kind; id: string }[],
  ): Promise<({ dn: string; label: string } | undefined)[]> {
    const args = [String(this.cycle), JSON.stringify(entities), String(KEPT_ASIDE_MS)]
    const answers = entities.length > 0 ? ((await this.#run(SET_ASIDE, [], args)) as ([string, string] | null)[]) : []
    return answers.map((answer) => (answer === null ? undefined : { dn: answer[0], label: answer[1] }))
  }

  /** Drops admins' decisions, by the key of what they are about; one that was replaced since it was read stays. */
  async dropDecisions(decisions: readonly (readonly [key: string, decision: Decision])[]): Promise<void> {
    const read = decisions.map(([key, decision]) => ({ key, text: JSON.stringify(decision) }))
    for (let at = 0; at < read.length; at += CHUNK)
      await this.#run(DROP_DECISIONS, [], [String(this.cycle), JSON.stringify(read.slice(at, at + CHUNK))])
  }

  async #write(commands: readonly Command[]): Promise<void> {
    for (let at = 0; at < commands.length; at += CHUNK)
      await this.#run(FENCED_WRITES, [], [String(this.cycle), JSON.stringify(commands.slice(at, at + CHUNK))])
  }

  async #chunked<T>(
    lua: string,
    keys: string[],
    args: string[],
    items: readonly T[],
    encode: (item: T) => object,
  ): Promise<unknown[]> {
    const answers: unknown[] = []
    for (let at = 0; at < items.length; at += CHUNK) {
      const part = items.slice(at, at + CHUNK).map(encode)
      answers.push(...((await this.#run(lua, keys, [String(this.cycle), ...args, JSON.stringify(part)])) as unknown[]))
    }
    return answers
  }

  async #run(lua: string, keys: string[], args: string[]): Promise<unknown> {
    try {
      return await runScript(this.#redis, lua, [this.#prefix, ...keys], args)
    } catch (error) {
      if (error instanceof Error && error.message.includes('FENCED')) throw new FencedError(this.connection, error)
      throw error
    }
  }
}
