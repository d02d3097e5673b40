import type { Config, RedisConfig } from './config.ts'
import { historySecrets } from './history.ts'

/** Every secret of a configuration, as it is used. */
export function secretsOf({ redis, history, accounts, connections }: Config): string[] {
  const auths = Object.values(accounts).map(({ auth }) => auth)
  return [
    ...redisSecrets(redis),
    ...historySecrets(history),
    ...auths.flatMap(({ clientSecret, apiToken }) => [clientSecret, apiToken]),
    ...connections.map(({ directory }) => directory.bindPassword),
  ].filter((secret) => secret !== undefined)
}

/** The passwords of Redis; one in an address as it is written there, and as it is meant. */
export function redisSecrets({ url = '', password, sentinelPassword }: RedisConfig): string[] {
  const written = /^\w+:\/\/[^:@/]*:(.*)@/s.exec(url)?.[1]
  const asked = URL.canParse(url) ? (new URL(url).searchParams.get('password') ?? undefined) : undefined
  return [written, written && decoded(written), asked, password, sentinelPassword].filter(
    (secret) => secret !== undefined && secret !== '',
  ) as string[]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
