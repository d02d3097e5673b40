import type { Logger } from '../logger.ts'
import { RedisDurability } from '../redis-durability.ts'
import type { RedisClient } from '../redis-client.ts'
import type { EntityRef } from '../entity.ts'
import { formatEntityMember } from './entity-member.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import type { KeptEntitlements } from './entitlements.ts'
import { OPEN } from './lua/open.ts'
import { SECURE } from './lua/secure.ts'
import { ASK_FOR_PLAN } from './lua/seen.ts'
import { noteWritten } from './note-written.ts'
import type { OutstandingWrite } from './outstanding-write.ts'
import type { SentCreation, Rejection } from './record.ts'
import { RequestIds } from './request-ids.ts'
import { Retelling } from './retelling.ts'
import { runScript } from './script.ts'
import { encodeAnswered } from './sent-for.ts'
import { readVerdict, type Verdict } from './verdict.ts'
import { beforeOf, revisionOf, stillUnconfirmed, type GivenBack, type Word } from './words.ts'
import { WriteScripts } from './write-scripts.ts'
import type { Written } from './written.ts'

/** A membership whose job can be added now, because its last side was linked. */
export interface NowReady {
  readonly id: string
  readonly revision: number
}

/** One connection's part of the ledger, as workers use it: leases, outstanding writes and what was written. */
export class WriteLedger {
  readonly connection: string
  readonly #redis: RedisClient
  readonly #keys: ReturnType<typeof connectionKeys>
  readonly #account: ReturnType<typeof accountKeys>
  readonly #scripts: WriteScripts
  readonly #retelling: Retelling<Word>
  /** Of Zendesk's answers, for what is told of them. */
  readonly requestIds = new RequestIds()

  constructor(redis: RedisClient, { connection, account }: ConnectionName, log?: Logger) {
    this.#redis = redis
    this.connection = connection
    this.#keys = connectionKeys({ account, connection })
    this.#account = accountKeys(account)
    this.#scripts = new WriteScripts(redis, { connection, account })
    const durability = new RedisDurability(redis, account)
    this.#retelling = new Retelling({
      redis,
      tell: (words, lost) => this.#scripts.tellAgain(words, lost),
      look: () => durability.look(),
      onLag: log && ((ms) => tellLag(log, ms)),
    })
  }

  /**
   * Takes a lease of `leaseMs` under `token` on each entity that may be written now. Verdicts come in the jobs' order.
   * Waits for a Redis that is away, and until it knows again what this worker told it.
   */
  async open(jobs: readonly { ref: EntityRef }[], token: string, leaseMs: number): Promise<Verdict[]> {
    await this.#retelling.caughtUp()
    const args = [token, String(leaseMs), JSON.stringify(jobs.map((j) => ({ kind: j.ref.kind, id: j.ref.id })))]
    const answers = (await runScript(this.#redis, OPEN, [this.#keys.prefix], args)) as [
      Verdict['status'],
      ...unknown[],
    ][]
    return answers.map((answer, i) => readVerdict(jobs[i]!.ref, answer))
  }

  /**
   * The last look before a request: which entities are still leased under `token` for `leftMs` more. With `creations`,
   * creations are marked as sent; with `sent`, what updates name is unconfirmed until it is recorded; with
   * `outstanding`, the bulk write is made durable, all or nothing.
   */
  async secure(
    refs: readonly EntityRef[],
    token: string,
    leftMs: number,
    {
      creations,
      sent,
      deletes = false,
      outstanding,
      extendMs,
    }: {
      /** What each creation sends, in the order of `refs`. */
      creations?: readonly Omit<SentCreation, 'at'>[]
      /** The names that each update or removal changes, in the order of `refs`. */
      sent?: readonly (readonly string[])[]
      /** Whether they are deletions: a user who is gone afterwards was not erased by somebody else. */
      deletes?: boolean
      outstanding?: OutstandingWrite
      /** Makes a lease that has not ended last so long from now on, in place of asking for `leftMs`. */
      extendMs?: number
    } = {},
  ): Promise<boolean[]> {
    const requests = refs.map(({ kind, id }, i) => ({
      kind,
      id,
      ...(creations && { creation: creations[i] }),
      ...(sent?.[i]?.length && { names: sent[i].join(',') }),
      ...(deletes && { deletes }),
    }))
    const text = outstanding ? JSON.stringify(outstanding) : ''
    const args = [
      token,
      String(leftMs),
      JSON.stringify(requests),
      outstanding?.id ?? '',
      text,
      extendMs === undefined ? '' : String(extendMs),
    ]
    const answers = (await runScript(
      this.#redis,
      SECURE,
      [this.#keys.prefix, this.#account.outstanding],
      args,
    )) as string[]
    const at = Date.now()
    for (const [i, ref] of refs.entries())
      if (answers[i] && (outstanding || creations || sent?.[i]?.length)) {
        const { creation, ...request } = requests[i]!
        const about = formatEntityMember(ref)
        const before = stillUnconfirmed(this.#retelling.last(about))
        const own = { ...request, revision: Number(answers[i]), ...(creation && { creation: { at, ...creation } }) }
        const entity = { ...own, ...(before && { before }) }
        this.#retelling.note(about, { told: 'sent', by: outstanding?.id ?? token, entity, outstanding: text, token })
      }
    return answers.map((answer) => answer !== '')
  }

  /**
   * Keeps what users have who are about to lose their seat, in the place of what was kept before. Returns, in that
   * order, whether the user is still leased under `token`.
   */
  async keepEntitlements(kept: readonly KeptEntitlements[], token: string): Promise<boolean[]> {
    return await this.#scripts.keepEntitlements(kept, token)
  }

  /** Whether an outstanding write is recorded, and so closes its entities to everybody else. */
  async isOutstanding(batch: string): Promise<boolean> {
    return (await this.#redis.hexists(this.#account.outstanding, batch)) === 1
  }

  /** Whether this outstanding write closes the entity, which nobody else has written since it was sent then. */
  async isClosedBy(batch: string, { kind, id }: EntityRef): Promise<boolean> {
    return (await this.#redis.hget(this.#keys.entity(kind, id), 'outstanding')) === batch
  }

  /** Records what was written, in the order given; `ready` are memberships whose jobs can be added now. */
  async record(written: readonly Written[], by: string): Promise<{ answers: string[]; ready: NowReady[] }> {
    if (written.length === 0) return { answers: [], ready: [] }
    const done = written.map((one) => ({ ...one, ...this.requestIds.take(one.ref, by) }))
    const encoded = done.map((one) => encodeAnswered(this.#retelling, one, by))
    const [answers, ready] = await this.#scripts.record(encoded, by)
    for (const one of done) noteWritten(this.#retelling, one, by)
    return { answers, ready: ready.map(([id, revision]) => ({ id, revision: Number(revision) })) }
  }

  /**
   * Gives entities back with nothing written. `noEffect`: what was sent under `by` cannot have happened; else it stays
   * unconfirmed, and a creation is looked up before it is sent again. `dropOutstanding`: `by` is a bulk write that has
   * been settled.
   */
  async giveBack(
    refs: readonly EntityRef[],
    by: string,
    { noEffect = false, dropOutstanding = false } = {},
  ): Promise<void> {
    await this.#giveBack(
      refs.map((ref) => ({ kind: ref.kind, id: ref.id, refusal: '', gone: false })),
      by,
      noEffect,
      dropOutstanding,
    )
  }

  /** Gives an entity back whose object Zendesk does not have any more: the link is forgotten. */
  async unlink(ref: EntityRef, by: string): Promise<void> {
    await this.#giveBack([{ kind: ref.kind, id: ref.id, refusal: '', gone: true }], by, false, false)
  }

  /**
   * Gives a user back who is gone in Zendesk and was not found again: what waits is not written, the next cycle
   * decides.
   */
  async endGone(ref: EntityRef, by: string, revision: number): Promise<void> {
    await this.#giveBack([{ kind: ref.kind, id: ref.id, refusal: '', gone: false, ended: revision }], by, false, false)
  }

  /** Remembers which job status an outstanding write led to. */
  async recordJobStatus(batch: string, jobStatusId: string): Promise<void> {
    await this.#scripts.recordJobStatus(batch, jobStatusId)
    this.#retelling.note(`job status of ${batch}`, { told: 'job status', by: batch, jobStatusId })
  }

  /** Remembers an address that a user keeps as a former one. */
  async noteFormerAddress(email: string, userId: string): Promise<void> {
    await this.#redis.hset(this.#keys.former, email.toLowerCase(), userId)
  }

  /** The user whom we left with this former address; null when we left it with nobody. */
  async formerOwner(email: string): Promise<string | null> {
    return this.#redis.hget(this.#keys.former, email.toLowerCase())
  }

  /** Has the next cycle plan a user, though the entry may read as it did before. */
  async askForPlan({ kind, id }: EntityRef): Promise<void> {
    await runScript(this.#redis, ASK_FOR_PLAN, [this.#keys.prefix], [kind, id])
  }

  /** Has the next cycle look at the groups in Zendesk and who is in them: one of them is not as we left it. */
  async askForAudit(): Promise<void> {
    await this.#redis.hdel(this.#keys.state, 'lastAudit')
  }

  /** Gives an entity back with a lasting refusal. `noEffect`: what was sent under `by` cannot have happened. */
  async reject(ref: EntityRef, by: string, rejection: Rejection, { noEffect = true } = {}): Promise<void> {
    const refused = { kind: ref.kind, id: ref.id, refusal: JSON.stringify(rejection), gone: false }
    await this.#giveBack([refused], by, noEffect, false)
  }

  async #giveBack(items: readonly GivenBack[], by: string, noEffect: boolean, dropOutstanding: boolean): Promise<void> {
    const given = items.map((entity) => ({ ...entity, ...this.requestIds.take(entity, by) }))
    await this.#scripts.giveBack(given, by, { noEffect, dropOutstanding })
    for (const entity of given) {
      const about = formatEntityMember(entity)
      const last = this.#retelling.last(about)
      if (noEffect || entity.gone || entity.ended !== undefined) {
        // what requests before the last one named is unconfirmed all the same, while there is an object
        const before = noEffect && !entity.gone ? beforeOf(last) : ''
        this.#retelling.note(about, { told: 'given back', by, entity, noEffect, before, revision: revisionOf(last) })
      }
      // what may have taken effect stays unconfirmed, and is closed by the bulk write no more
      else if (last?.told === 'sent' && last.by === by) this.#retelling.note(about, { ...last, outstanding: '' })
    }
    // Should Redis bring the write back, it is settled once more, with the entities that name it.
    if (dropOutstanding) this.#retelling.forget(`job status of ${by}`)
  }
}

function tellLag(log: Logger, ms: number): void {
  if (ms === 0) log.info('All replicas of Redis have what this worker told it')
  else
    log.warn(
      { code: 'REDIS_REPLICA_LAGS', lagMs: Math.round(ms) },
      'A replica of Redis lags, or was lost: should it take over, what it lacks is told again by the workers that live. ' +
        'Bring it back, or remove it; min-replicas-to-write bounds what a failover can lose',
    )
}
