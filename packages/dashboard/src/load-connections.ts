import { readFile } from 'node:fs/promises'
import { Config } from '@provisioner/shared/config/config.ts'
import { ConfigError } from '@provisioner/shared/config/config-error.ts'
import { ConnectionConfig } from '@provisioner/shared/config/connection.ts'
import { resolveSecrets } from '@provisioner/shared/config/secrets.ts'
import { parse } from 'yaml'
import { z } from 'zod'

const Connections = z.object({
  redis: Config.shape.redis,
  connections: z.array(z.object({ id: ConnectionConfig.shape.id })).min(1),
})
export type Connections = z.infer<typeof Connections>

/**
 * Reads the part of the product's configuration that the dashboard needs: where Redis is, and which connections there
 * are. The rest is the producer's and the worker's, with its secrets, and is not even resolved here. @throws ConfigError
 */
export async function loadConnections(path: string, env: NodeJS.ProcessEnv): Promise<Connections> {
  const file = await readYaml(path)
  const { value: redis, missing } = resolveSecrets(file['redis'], env, ['redis'])
  const parsed = Connections.safeParse({ ...file, redis })
  if (parsed.success && missing.length === 0) return parsed.data
  const mistakes = missing.map(({ path: key, found, allowed }) => ({ key: key.join('.'), found, allowed }))
  const issues = parsed.error?.issues.map((issue) => ({
    key: issue.path.join('.'),
    found: 'a mistake',
    allowed: issue.message,
  }))
  throw new ConfigError(path, mistakes.length > 0 ? mistakes : (issues ?? []))
}

async function readYaml(path: string): Promise<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(parse(await readFile(path, 'utf8')))
  } catch (error) {
    const found =
      error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? 'no such file'
        : 'a file that is not readable YAML'
    throw new ConfigError(path, [{ key: '', found, allowed: 'the path of a configuration; set PROVISIONER_CONFIG' }])
  }
}
