import type { Redis } from 'ioredis'
import type { EntityRef, Kind } from '../entity.ts'
import { accountKeys, connectionKeys } from './keys.ts'
import { INTEND_AGAIN, NOT_INTENDED } from './lua/intend-again.ts'
import { LET_GO } from './lua/let-go.ts'
import { OPEN } from './lua/open.ts'
import { RECORD } from './lua/record.ts'
import { SECURE } from './lua/secure.ts'
import type { OutstandingWrite } from './outstanding-write.ts'
import type { Applied, AppliedUser, IntendedCreation, Rejection } from './record.ts'
import { RecentRecords } from './recent-records.ts'
import { runScript } from './script.ts'
import { readVerdict, type Verdict } from './verdict.ts'

/** What was written for one entity. */
export interface Written {
  readonly ref: EntityRef
  /** The revision of the desired state that was sent. */
  readonly revision: number
  /** What Zendesk holds now; null when the object is gone. */
  readonly applied: Applied | null
  readonly zendeskId: number | null
  readonly origin: 'created' | 'adopted' | null
  readonly suspendedByUs: boolean
  /** True to record a link only, while the entity is held: the desired state is still to be written. */
  readonly linkOnly?: boolean
  /** Names of attributes that it may have set back, should a newer revision have been written while it was under way. */
  readonly doubt?: readonly string[] | undefined
}

/** A membership whose job can be added now, because its last side was linked. */
export interface NowReady {
  readonly id: string
  readonly revision: number
}

/** One connection's part of the ledger, as workers use it: leases, outstanding writes and what was written. */
export class WriteLedger {
  readonly connection: string
  readonly #redis: Redis
  readonly #prefix: string
  readonly #account: ReturnType<typeof accountKeys>
  readonly #recent: RecentRecords

  constructor(redis: Redis, { connection, account }: { connection: string; account: string }) {
    this.#redis = redis
    this.connection = connection
    this.#prefix = connectionKeys(connection).prefix
    this.#account = accountKeys(account)
    this.#recent = new RecentRecords(redis)
  }

  /** Takes a lease of `leaseMs` under `token` on each entity that may be written now. Verdicts come in the jobs' order. */
  async open(jobs: readonly { ref: EntityRef }[], token: string, leaseMs: number): Promise<Verdict[]> {
    const args = [token, String(leaseMs), JSON.stringify(jobs.map((j) => ({ kind: j.ref.kind, id: j.ref.id })))]
    const answers = (await runScript(this.#redis, OPEN, [this.#prefix], args)) as [Verdict['status'], ...unknown[]][]
    return answers.map((answer, i) => readVerdict(jobs[i]!.ref, answer))
  }

  /**
   * The last look before a request: which entities are still leased under `token` for `leftMs` more.
   * With `intents`, creations are marked as sent; with `sent`, what updates name is unsure until it is recorded; with `outstanding`, the bulk write is made durable, all or nothing.
   */
  async secure(
    refs: readonly EntityRef[],
    token: string,
    leftMs: number,
    {
      intents,
      sent,
      deletes = false,
      outstanding,
      extendMs,
    }: {
      /** What each creation sends, in the order of `refs`. */
      intents?: readonly Omit<IntendedCreation, 'at'>[]
      /** The names that each update or removal changes, in the order of `refs`. */
      sent?: readonly (readonly string[])[]
      /** Whether they are deletions: a user who is gone afterwards was not erased by somebody else. */
      deletes?: boolean
      outstanding?: OutstandingWrite
      /** Makes a lease that has not ended last so long from now on, in place of asking for `leftMs`. */
      extendMs?: number
    } = {},
  ): Promise<boolean[]> {
    const args = [
      token,
      String(leftMs),
      JSON.stringify(
        refs.map(({ kind, id }, i) => ({
          kind,
          id,
          ...(intents && { creation: intents[i] }),
          ...(sent?.[i]?.length && { names: sent[i].join(',') }),
          ...(deletes && { deletes }),
        })),
      ),
      outstanding?.id ?? '',
      outstanding ? JSON.stringify(outstanding) : '',
      extendMs === undefined ? '' : String(extendMs),
    ]
    const answers = (await runScript(this.#redis, SECURE, [this.#prefix, this.#account.outstanding], args)) as number[]
    // of a bulk write its sender knows what became of it
    if (intents && !outstanding) this.#noteIntents(refs, intents, answers, token)
    return answers.map((held) => held === 1)
  }

  /** A creation whose mark is lost with Redis's last second would be taken for somebody else's, and never be deleted. */
  #noteIntents(
    refs: readonly EntityRef[],
    intents: readonly Omit<IntendedCreation, 'at'>[],
    held: readonly number[],
    by: string,
  ): void {
    const marks = refs
      .map(({ kind, id }, i) => ({ kind, id, creation: { at: Date.now(), ...intents[i] } }))
      .filter((_mark, i) => held[i] === 1)
    if (marks.length > 0) this.#recent.note(INTEND_AGAIN, [this.#prefix], [by, JSON.stringify(marks)])
  }

  /** Whether an outstanding write is recorded, and so closes its entities to everybody else. */
  async isOutstanding(batch: string): Promise<boolean> {
    return (await this.#redis.hexists(this.#account.outstanding, batch)) === 1
  }

  /** Whether this outstanding write closes the entity, which nobody else has written since it was sent then. */
  async isClosedBy(batch: string, { kind, id }: EntityRef): Promise<boolean> {
    return (await this.#redis.hget(connectionKeys(this.connection).entity(kind, id), 'outstanding')) === batch
  }

  /** Records what was written, in the order given; `ready` are memberships whose jobs can be added now. */
  async record(written: readonly Written[], by: string): Promise<{ answers: string[]; ready: NowReady[] }> {
    if (written.length === 0) return { answers: [], ready: [] }
    const keys = [this.#prefix, this.#account.owners('user'), this.#account.owners('group')]
    const argsOf = (some: readonly Written[]) => [by, JSON.stringify(some.map(encodeWritten))]
    const args = argsOf(written)
    const [answers, ready] = (await runScript(this.#redis, RECORD, keys, args)) as [string[], [string, string][]]
    // a link that is lost is found again; recorded again, it would hide what was written since, and a doubt is settled
    const isPlain = written.every((one) => !one.linkOnly && !one.doubt)
    const writes = isPlain ? written : written.flatMap((one) => (one.linkOnly ? [] : [{ ...one, doubt: undefined }]))
    if (writes.length > 0) this.#recent.note(RECORD, keys, isPlain ? args : argsOf(writes))
    return { answers, ready: ready.map(([id, revision]) => ({ id, revision: Number(revision) })) }
  }

  /** Gives entities back with nothing written. `noEffect`: what was sent under `by` cannot have happened. */
  async letGo(
    refs: readonly EntityRef[],
    by: string,
    { noEffect = false, dropOutstanding = false } = {},
  ): Promise<void> {
    await this.#letGo(
      refs.map((ref) => ({ kind: ref.kind, id: ref.id, refusal: '', gone: false })),
      by,
      noEffect,
      dropOutstanding,
    )
  }

  /** Gives an entity back whose object Zendesk does not have any more: the link is forgotten. */
  async unlink(ref: EntityRef, by: string): Promise<void> {
    await this.#letGo([{ kind: ref.kind, id: ref.id, refusal: '', gone: true }], by, false, false)
  }

  /** Gives a user back who is gone in Zendesk and was not found again: what waits is not written, the next cycle decides. */
  async endGone(ref: EntityRef, by: string, revision: number): Promise<void> {
    await this.#letGo([{ kind: ref.kind, id: ref.id, refusal: '', gone: false, ended: revision }], by, false, false)
  }

  /** Remembers which job status an outstanding write led to. */
  async recordJobStatus(batch: string, jobStatusId: string): Promise<void> {
    await this.#redis.hset(this.#account.jobStatuses, batch, jobStatusId)
  }

  /** Remembers an address that a user keeps as a former one. */
  async noteFormerAddress(email: string, userId: string): Promise<void> {
    await this.#redis.hset(connectionKeys(this.connection).former, email.toLowerCase(), userId)
  }

  /** The user whom we left with this former address; null when we left it with nobody. */
  async formerOwner(email: string): Promise<string | null> {
    return this.#redis.hget(connectionKeys(this.connection).former, email.toLowerCase())
  }

  /** Has the next cycle plan a user, though the entry may read as it did before. */
  async askForPlan({ kind, id }: EntityRef): Promise<void> {
    await this.#redis.hdel(connectionKeys(this.connection).seen(kind), id)
  }

  /** Has the next cycle look at the groups in Zendesk and who is in them: one of them is not as we left it. */
  async askForAudit(): Promise<void> {
    await this.#redis.hdel(connectionKeys(this.connection).state, 'lastAudit')
  }

  /** Gives an entity back with Zendesk's lasting refusal. */
  async reject(ref: EntityRef, by: string, rejection: Rejection): Promise<void> {
    await this.#letGo(
      [{ kind: ref.kind, id: ref.id, refusal: JSON.stringify(rejection), gone: false }],
      by,
      true,
      false,
    )
  }

  async #letGo(
    items: readonly {
      readonly kind: Kind
      readonly id: string
      readonly refusal: string
      readonly gone: boolean
      readonly ended?: number
    }[],
    by: string,
    noEffect: boolean,
    drop: boolean,
  ): Promise<void> {
    const args = [by, JSON.stringify(items), noEffect ? '1' : '0', drop ? '1' : '0']
    const { outstanding, jobStatuses, owners } = this.#account
    await runScript(
      this.#redis,
      LET_GO,
      [this.#prefix, owners('user'), owners('group'), outstanding, jobStatuses],
      args,
    )
    if (!noEffect) return
    const refs = items.map(({ kind, id }) => ({ kind, id }))
    this.#recent.note(NOT_INTENDED, [this.#prefix], [by, JSON.stringify(refs)])
  }
}

function encodeWritten(w: Written): object {
  return {
    kind: w.ref.kind,
    id: w.ref.id,
    revision: w.revision,
    applied: w.applied === null ? '' : JSON.stringify(w.applied),
    role: w.ref.kind === 'user' ? String((w.applied as AppliedUser | null)?.attributes['role'] ?? '') : '',
    zendeskId: w.zendeskId === null ? '' : String(w.zendeskId),
    origin: w.origin ?? '',
    suspendedByUs: w.suspendedByUs,
    gone: w.applied === null,
    linkOnly: w.linkOnly ?? false,
    ...(w.doubt && { late: w.doubt.join(',') }),
  }
}
