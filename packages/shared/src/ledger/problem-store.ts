import type { RedisClient } from '../redis-client.ts'
import { problemKey, withoutSecretsIn, writeKey, type Problem } from '../problem.ts'
import type { CycleNotes } from './cycle-notes.ts'
import { connectionKeys, type ConnectionName } from './keys.ts'
import { StoredProblem } from './ledger-reader.ts'
import { isWrongType, readFields } from './read-stored.ts'

/**
 * Makes the stored problems of cycles equal to what this cycle found: new ones are added, solved ones go.
 * Problems that a write reported stay until that write succeeds. Returns the new ones, for the log.
 */
export async function replaceCycleProblems(
  notes: CycleNotes,
  stored: readonly StoredProblem[],
  found: readonly Problem[],
  now: number,
): Promise<{ appeared: Problem[]; solved: Problem[] }> {
  const before = new Map(stored.filter((s) => s.source === 'cycle').map((s) => [problemKey(s.problem), s]))
  const after = new Map(found.map((problem) => [problemKey(problem), withoutSecretsIn(problem)]))
  const changed = [...after].filter(([key, problem]) => before.get(key)?.problem.what !== problem.what)
  const solved = [...before].filter(([key]) => !after.has(key))
  const entryOf = (key: string, problem: Problem): StoredProblem => {
    return { problem, since: before.get(key)?.since ?? now, source: 'cycle' }
  }
  await notes.report(
    new Map(changed.map(([key, problem]) => [key, entryOf(key, problem)])),
    solved.map(([key]) => key),
  )
  return {
    appeared: changed.filter(([key]) => !before.has(key)).map(([, problem]) => problem),
    solved: solved.map(([, s]) => s.problem),
  }
}

/** Takes back what writes reported and no write will: what they were about is no longer asked for. */
export async function solveWriteProblems(notes: CycleNotes, solved: readonly StoredProblem[]): Promise<void> {
  await notes.solveWrites(solved.flatMap(({ source, problem }) => (source === 'write' ? [problem] : [])))
}

/** Problems that writes run into. A write that succeeds takes back every problem of its entity. */
export class WriteProblems {
  readonly #redis: RedisClient
  readonly #key: string

  constructor(redis: RedisClient, name: ConnectionName) {
    this.#redis = redis
    this.#key = connectionKeys(name).problems
  }

  /**
   * Stores a problem in the place of what was reported of the thing before: Zendesk may refuse it for another reason by
   * now. Returns true when the thing had none of this code, which is worth a log line.
   */
  async report(problem: Problem, now: number): Promise<boolean> {
    const field = writeKey(problem)
    const told = withoutSecretsIn(problem)
    const entry: StoredProblem = { problem: told, since: now, source: 'write' }
    const stored = this.#redis.hsetnx(this.#key, field, JSON.stringify(entry))
    if ((await stored.catch(unlessWrongType)) !== 0) return true
    const before = (await readFields(this.#redis, this.#key, { [field]: StoredProblem })).values[field]
    const isSameCode = before?.problem.code === told.code
    if (isSameCode && before.problem.what === told.what) return false
    const since = isSameCode ? before.since : now
    await this.#redis.hset(this.#key, field, JSON.stringify({ ...entry, since })).catch(unlessWrongType)
    return !isSameCode
  }

  /** Takes back what was reported under the codes for these entities. */
  async solve(solved: readonly Pick<Problem, 'subject' | 'id'>[]): Promise<void> {
    if (solved.length > 0) await this.#redis.hdel(this.#key, ...solved.map(writeKey)).catch(unlessWrongType)
  }
}

/** Where no hash of problems is, none can be told there until a cycle has removed what is: writes go on meanwhile. */
function unlessWrongType(error: unknown): void {
  if (!isWrongType(error)) throw error
}
