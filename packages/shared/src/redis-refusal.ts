import type { RedisConfig } from './config/redis.ts'

/** What an admin corrects when nothing is wrong with a server but that it does not know us, or whom we ask for. */
export interface RedisRefusal {
  readonly what: string
  readonly todo: string
}

/** How Redis begins to say that it wants another user or password, or any. */
const UNKNOWN_TO_IT = /^(WRONGPASS|NOAUTH)\b/

/** What a Sentinel says of a name that it does not watch. */
const NO_SUCH_NAME = 'No such master with that name'

/**
 * What is refused, by the reason that a connection was lost for; undefined when the server is away.
 *
 *   WRONGPASS, NOAUTH   it is there, and lets nobody in by this user and password, or without
 *   No such master      the Sentinels are there, and watch no primary of this name
 */
export function refusalOf(reason: string, { url, name }: RedisConfig): RedisRefusal | undefined {
  if (reason.includes(NO_SUCH_NAME))
    return { what: `the Sentinels watch no primary named '${name}'`, todo: 'correct redis.name' }
  if (!UNKNOWN_TO_IT.test(reason)) return undefined
  const setting = url === undefined ? 'redis.user and redis.password' : 'redis.url'
  return reason.startsWith('NOAUTH')
    ? { what: 'it wants a password', todo: `set it in ${setting}` }
    : { what: 'it refuses the user or the password', todo: `correct ${setting}` }
}
