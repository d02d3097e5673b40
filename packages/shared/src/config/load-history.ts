import { z } from 'zod'
import { learnSecret } from '../known-secrets.ts'
import { Config } from './config.ts'
import { ConnectionConfig } from './connection.ts'
import { nameKnownKeys } from './explain-issue.ts'
import { historySecrets } from './history.ts'
import { explain, placedError, readConfigFile, type LoadOptions } from './load-config.ts'
import { readYaml } from './read-yaml.ts'
import { resolveSecrets } from './secrets.ts'

const OfHistory = z.object({
  history: Config.shape.history,
  connections: z.array(ConnectionConfig.pick({ id: true, account: true }).strip()).min(1),
})
export type OfHistory = z.infer<typeof OfHistory>

/**
 * Reads the part of a configuration that is enough to look at the history, also where Redis is lost: of the secrets it
 * needs the password of the history's database alone. @throws ConfigError
 */
export async function loadHistory({
  path,
  pathFrom,
  env,
}: Pick<LoadOptions, 'path' | 'pathFrom' | 'env'>): Promise<OfHistory> {
  const file = readYaml(await readConfigFile({ path, ...(pathFrom !== undefined && { pathFrom }) }), path)
  const { value, missing } = resolveSecrets(file.value, env)
  const needed = missing.filter((one) => one.path[0] === 'history')
  const parsed = OfHistory.safeParse(value, { error: nameKnownKeys })
  const mistakes = [...needed, ...explain(parsed.error, file, missing)]
  if (mistakes.length > 0 || !parsed.success) throw placedError(path, mistakes.length > 0 ? mistakes : missing, file)
  historySecrets(parsed.data.history).forEach(learnSecret)
  return parsed.data
}
