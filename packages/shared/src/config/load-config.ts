import { readFile } from 'node:fs/promises'
import { learnSecret } from '../known-secrets.ts'
import { Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import { secretsOf } from './config-secrets.ts'
import { explainIssue, nameKnownKeys, type PlacedMistake } from './explain-issue.ts'
import { placeMistake } from './place-mistake.ts'
import { readYaml } from './read-yaml.ts'
import { resolveSecrets } from './secrets.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads, resolves and checks a configuration file. Its secrets are known from then on: no log or page repeats them.
 *
 * @throws ConfigError with every mistake at once: each names line, column, key, what was found and what is allowed
 */
export async function loadConfig({ path, env }: { path: string; env: Env }): Promise<Config> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const found =
      error.code === 'ENOENT' ? 'no such file' : `a file that can't be read (${error.code ?? error.message})`
    throw new ConfigError(path, [
      { key: '', found, allowed: 'the path of a configuration; set PROVISIONER_CONFIG or --config' },
    ])
  })
  const config = parseConfig(text, { path, env })
  secretsOf(config).forEach(learnSecret)
  return config
}

/** The same for a text; `path` is its name in messages. @throws ConfigError */
export function parseConfig(text: string, { path, env }: { path: string; env: Env }): Config {
  const { value: written, document, lines } = readYaml(text, path)
  const { value, missing } = resolveSecrets(written, env)
  const parsed = Config.safeParse(value, { error: nameKnownKeys })
  if (parsed.success && missing.length === 0) return parsed.data

  const unresolved = new Set(missing.map((one) => JSON.stringify(one.path)))
  const explained = (parsed.error?.issues ?? []).flatMap((issue) => explainIssue(issue, (at) => valueAt(written, at)))
  const mistakes: PlacedMistake[] = [
    ...missing,
    ...explained.filter((one) => !unresolved.has(JSON.stringify(one.path))),
  ]
  const placed = mistakes.map((mistake) => placeMistake(mistake, document, lines))
  throw new ConfigError(
    path,
    placed.toSorted((a, b) => a.line! - b.line! || a.column! - b.column!),
  )
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, part) => (isSection(at) ? at[part] : undefined), value)
}

function isSection(value: unknown): value is Record<string | number, unknown> {
  return value !== null && typeof value === 'object'
}
