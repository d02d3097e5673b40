import { z } from 'zod'
import { learnSecret } from '../known-secrets.ts'
import { Config } from './config.ts'
import { redisSecrets } from './config-secrets.ts'
import { ConnectionConfig } from './connection.ts'
import { nameKnownKeys } from './explain-issue.ts'
import { explain, placedError, readConfigFile, type LoadOptions } from './load-config.ts'
import { readYaml } from './read-yaml.ts'
import { resolveSecrets, type MissingSecret } from './secrets.ts'

const Connections = z.object({
  redis: Config.shape.redis,
  connections: z.array(ConnectionConfig.pick({ id: true, account: true, firstRun: true }).strip()).min(1),
})
export type Connections = z.infer<typeof Connections>

/**
 * Reads the part of a configuration that is enough to look at the ledger and the queues: where Redis is, and which
 * connections there are. Of the secrets it needs those of `redis` alone; the others are the producer's and the
 * worker's.
 *
 * @param whole judge the rest of the file as well, as far as that goes without its secrets
 * @throws ConfigError
 */
export async function loadConnections({
  path,
  pathFrom,
  env,
  whole,
}: Pick<LoadOptions, 'path' | 'pathFrom' | 'env'> & { whole: boolean }): Promise<Connections> {
  const file = readYaml(await readConfigFile({ path, ...(pathFrom !== undefined && { pathFrom }) }), path)
  const { value, missing } = resolveSecrets(file.value, env)
  const needed = missing.filter((one) => one.path[0] === 'redis')
  const parsed = Connections.safeParse(value, { error: nameKnownKeys })
  const judged = whole ? Config.safeParse(value, { error: nameKnownKeys }) : parsed
  const mistakes = [...needed, ...explain(judged.error, file, missing)]
  if (mistakes.length > 0 || !parsed.success) throw placedError(path, orElse(mistakes, missing), file)
  redisSecrets(parsed.data.redis).forEach(learnSecret)
  return parsed.data
}

/** A connection whose id is a reference that leads nowhere has no other mistake. */
function orElse<T>(mistakes: readonly T[], missing: readonly (T & MissingSecret)[]): readonly T[] {
  return mistakes.length > 0 ? mistakes : missing
}
