/** The oldest Redis that BullMQ recommends: https://docs.bullmq.io/guide/redis-tm-compatibility */
const OLDEST = '6.2.0'

/** What there is to say about a Redis: why it can't be used, and what an admin should know of it. */
export interface RedisFitness {
  readonly version: string
  readonly unfit?: string
  readonly warning?: string
}

/** Judges a Redis by its answer to INFO. What the answer leaves out, as hosted ones do, is taken for right. */
export function fitnessOf(info: string): RedisFitness {
  const value = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? ''
  const version = value('redis_version')
  const policy = value('maxmemory_policy')
  if (version !== '' && version.localeCompare(OLDEST, 'en', { numeric: true }) < 0)
    return { version, unfit: `Redis is version ${version}; the queues need ${OLDEST} or newer. Upgrade it` }
  if (policy !== '' && policy !== 'noeviction')
    return {
      version,
      unfit: `Redis has maxmemory-policy '${policy}' and would throw jobs and the ledger away when it is full. Set maxmemory-policy noeviction`,
    }
  if (value('aof_enabled') === '0')
    return {
      version,
      warning: 'Redis keeps no append-only file: a crash loses what it was told last. Set appendonly yes',
    }
  return { version }
}
