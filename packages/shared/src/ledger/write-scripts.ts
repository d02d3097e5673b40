import type { RedisClient } from '../redis-client.ts'
import type { KeptEntitlements } from './entitlements.ts'
import { accountKeys, connectionKeys, type ConnectionName } from './keys.ts'
import { JOB_STATUS } from './lua/job-status.ts'
import { GIVE_BACK } from './lua/give-back.ts'
import { KEEP_ENTITLEMENTS } from './lua/keep-entitlements.ts'
import { RECORD } from './lua/record.ts'
import { SENT_AGAIN } from './lua/sent-again.ts'
import { runScript } from './script.ts'
import type { GivenBack, SentEntity, Word } from './words.ts'

/** What workers tell the ledger: the scripts with their keys and arguments, for telling it once and again. */
export class WriteScripts {
  readonly #redis: RedisClient
  readonly #prefix: string
  readonly #account: ReturnType<typeof accountKeys>

  constructor(redis: RedisClient, name: ConnectionName) {
    this.#redis = redis
    this.#prefix = connectionKeys(name).prefix
    this.#account = accountKeys(name.account)
  }

  /** See `lua/keep-entitlements.ts`. */
  async keepEntitlements(kept: readonly KeptEntitlements[], token: string): Promise<boolean[]> {
    const args = [token, JSON.stringify(kept.map(({ id, entitlements }) => [id, JSON.stringify(entitlements)]))]
    const answers = (await runScript(this.#redis, KEEP_ENTITLEMENTS, [this.#prefix], args)) as number[]
    return answers.map((answer) => answer === 1)
  }

  /** See `lua/record.ts`. */
  async record(entities: readonly object[], by: string): Promise<[answers: string[], ready: [string, string][]]> {
    const keys = [this.#prefix, this.#account.owners('user'), this.#account.owners('group')]
    const answer = await runScript(this.#redis, RECORD, keys, [by, JSON.stringify(entities)])
    return answer as [string[], [string, string][]]
  }

  /** See `lua/give-back.ts`. */
  async giveBack(
    entities: readonly GivenBack[],
    by: string,
    { noEffect = false, dropOutstanding = false }: { noEffect?: boolean; dropOutstanding?: boolean },
  ): Promise<void> {
    const { outstanding, jobStatuses, owners } = this.#account
    const keys = [this.#prefix, owners('user'), owners('group'), outstanding, jobStatuses]
    const args = [by, JSON.stringify(entities), noEffect ? '1' : '0', dropOutstanding ? '1' : '0']
    await runScript(this.#redis, GIVE_BACK, keys, args)
  }

  /** See `lua/job-status.ts`. */
  async recordJobStatus(batch: string, jobStatusId: string): Promise<void> {
    const { outstanding, jobStatuses } = this.#account
    await runScript(this.#redis, JOB_STATUS, [outstanding, jobStatuses], [batch, jobStatusId])
  }

  /**
   * Tells words again, in their order; those that went by one call go by one again.
   *
   * @throws what the first one failed with that could not be told, after all others
   */
  async tellAgain(words: readonly Word[], lost: boolean): Promise<void> {
    const failures: unknown[] = []
    for (let at = 0; at < words.length;) {
      const first = words[at]!
      const after = words.findIndex((word, i) => i > at && !isOneCall(word, first))
      const together = words.slice(at, after === -1 ? words.length : after)
      await this.#tell(first, together, lost).catch((error: unknown) => failures.push(error))
      at += together.length
    }
    if (failures.length > 0) throw failures[0]
  }

  async #tell(first: Word, together: readonly Word[], lost: boolean): Promise<void> {
    const { by } = first
    const entities = together.flatMap((word) => ('entity' in word ? [word.entity] : []))
    switch (first.told) {
      case 'sent': {
        await this.#sentAgain(by, entities as SentEntity[], { ...first, lost })
        return
      }
      case 'written':
        await this.record(lost ? together.map(mayBeForgotten) : entities, by)
        return
      case 'given back':
        await this.#beforeAgain(by, together)
        await this.giveBack(entities as GivenBack[], by, { noEffect: first.noEffect })
        return
      case 'job status':
        await this.recordJobStatus(by, first.jobStatusId)
        return
      default:
        throw new TypeError(`No way to tell ${JSON.stringify(first satisfies never)} again`)
    }
  }

  async #sentAgain(
    by: string,
    entities: readonly SentEntity[],
    { outstanding, token, lost = false }: { outstanding: string; token: string; lost?: boolean },
  ): Promise<void> {
    const args = [by, JSON.stringify(entities), outstanding, token, lost ? '1' : '0']
    await runScript(this.#redis, SENT_AGAIN, [this.#prefix, this.#account.outstanding], args)
  }

  /** What requests before the one that had no effect named. */
  async #beforeAgain(by: string, words: readonly Word[]): Promise<void> {
    const entities = words.flatMap((word) =>
      word.told === 'given back' && word.before !== ''
        ? [{ kind: word.entity.kind, id: word.entity.id, before: word.before, revision: word.revision }]
        : [],
    )
    if (entities.length > 0) await this.#sentAgain(by, entities, { outstanding: '', token: by })
  }
}

/**
 * What was written and is forgotten. Something else that Redis knows of may have been written after it: what wrote that
 * may have taken it for never written, and so have written nothing. And the entity itself may be forgotten.
 */
function mayBeForgotten(word: Word): object {
  if (word.told !== 'written') throw new TypeError(`'${word.told}' is not what was written`)
  const { entity, names, label } = word
  return { ...entity, ...(names !== '' && { late: names }), ...(label !== undefined && { forgotten: label }) }
}

function isOneCall(one: Word, other: Word): boolean {
  if (one.told !== other.told || one.by !== other.by || !('entity' in one)) return false
  return one.told !== 'given back' || (other.told === 'given back' && one.noEffect === other.noEffect)
}
