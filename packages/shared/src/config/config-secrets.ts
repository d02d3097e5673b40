import type { Config } from './config.ts'

/** Every secret of a configuration, as it is used. */
export function secretsOf({ redis, accounts, connections }: Config): string[] {
  const auths = Object.values(accounts).map(({ auth }) => auth)
  return [
    ...redisSecrets(redis.url),
    ...auths.flatMap(({ clientSecret, apiToken }) => [clientSecret, apiToken]),
    ...connections.map(({ directory }) => directory.bindPassword),
  ].filter((secret) => secret !== undefined)
}

/** The password in an address of Redis: as it is written there, and as it is meant. */
export function redisSecrets(url: string): string[] {
  const written = /^\w+:\/\/[^:@/]*:(.*)@/s.exec(url)?.[1]
  const asked = URL.canParse(url) ? (new URL(url).searchParams.get('password') ?? undefined) : undefined
  return [written, written && decoded(written), asked].filter(
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
