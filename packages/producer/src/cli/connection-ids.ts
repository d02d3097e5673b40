import { z } from 'zod'
import { readConfigFile } from '@provisioner/shared/config/load-config.ts'
import { readYaml } from '@provisioner/shared/config/read-yaml.ts'

/** All that is asked of a configuration, which may be far from finished. Shells would evaluate other characters. */
const Connections = z.object({ connections: z.array(z.object({ id: z.string().regex(/^[\w-]+$/) })) })

/**
 * The connections that the configuration names, for completion: nothing of it has to be right otherwise, and none is
 * named where it can't be read.
 *
 * @param words of the command line, which may name another file
 */
export async function connectionIds(config: string, words: readonly string[]): Promise<string[]> {
  const at = words.findIndex((word) => word === '-c' || word === '--config')
  const path = (at === -1 ? undefined : words[at + 1]) || config
  try {
    const { value } = readYaml(await readConfigFile({ path, pathFrom: '--config' }), path)
    return Connections.parse(value).connections.map(({ id }) => id)
  } catch {
    return []
  }
}
