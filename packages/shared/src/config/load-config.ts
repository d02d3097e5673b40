import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { learnSecret } from '../known-secrets.ts'
import { Config } from './config.ts'
import { ConfigError, type ConfigMistake } from './config-error.ts'
import { secretsOf } from './config-secrets.ts'
import { withoutConsequences } from './consequences.ts'
import { explainIssue, nameKnownKeys, type PlacedMistake } from './explain-issue.ts'
import { placeMistake } from './place-mistake.ts'
import { plainSecrets } from './plain-secrets.ts'
import { readYaml, type YamlFile } from './read-yaml.ts'
import { resolveSecrets, type MissingSecret } from './secrets.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface LoadOptions {
  /** The file; in messages its name. */
  readonly path: string
  /** How whoever reads the file is told of another one, for the message that there is none. */
  readonly pathFrom?: string
  /** What `${env:NAME}` is taken from. */
  readonly env: Env
  /** What is wrong with a configuration of the right shape, for who is to work with it. */
  readonly judge?: (config: Config) => readonly PlacedMistake[]
  /** Told of what works and should not be so. */
  readonly warn?: (warning: ConfigMistake) => void
}

/**
 * Reads, resolves and checks a configuration file. Its secrets are known from then on: no log or page repeats them.
 *
 * @throws ConfigError with every mistake at once: each names line, column, key, what was found and what is allowed
 */
export async function loadConfig(options: LoadOptions): Promise<Config> {
  const config = parseConfig(await readConfigFile(options), options)
  secretsOf(config).forEach(learnSecret)
  return config
}

/** The same for a text. @throws ConfigError */
export function parseConfig(text: string, { path, env, judge, warn }: LoadOptions): Config {
  const file = readYaml(text, path)
  const { value, missing } = resolveSecrets(file.value, env)
  const parsed = Config.safeParse(value, { error: nameKnownKeys })
  const judged = parsed.success ? (judge?.(parsed.data) ?? []) : []
  const mistakes = [...missing, ...explain(parsed.error, file, missing), ...atResolved(judged, missing)]
  if (!parsed.success || mistakes.length > 0) throw placedError(path, mistakes, file)
  if (warn) for (const secret of plainSecrets(file.value)) warn(placeMistake(secret, file.document, file.lines))
  return parsed.data
}

/** The text of a configuration file. @throws ConfigError */
export async function readConfigFile({
  path,
  pathFrom = 'PROVISIONER_CONFIG in the environment',
}: Pick<LoadOptions, 'path' | 'pathFrom'>): Promise<string> {
  return await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const found =
      error.code === 'ENOENT' ? 'no such file' : `a file that can't be read (${error.code ?? error.message})`
    const allowed = `a configuration: copy provisioner.example.yaml, or name another file with ${pathFrom}`
    throw new ConfigError(path, [{ key: '', found, allowed }])
  })
}

/** The mistakes of a parse, but for those at a reference that could not be followed. */
export function explain(
  error: z.ZodError | undefined,
  file: YamlFile,
  missing: readonly MissingSecret[],
): PlacedMistake[] {
  const explained = (error?.issues ?? []).flatMap((issue) => explainIssue(issue, (at) => valueAt(file.value, at)))
  return withoutConsequences(atResolved(explained, missing))
}

function atResolved(mistakes: readonly PlacedMistake[], missing: readonly MissingSecret[]): PlacedMistake[] {
  const unresolved = new Set(missing.map((one) => JSON.stringify(one.path)))
  return mistakes.filter((one) => !unresolved.has(JSON.stringify(one.path)))
}

/** The error for mistakes, in the order of the file's lines. */
export function placedError(path: string, mistakes: readonly PlacedMistake[], file: YamlFile): ConfigError {
  const placed = mistakes.map((mistake) => placeMistake(mistake, file.document, file.lines))
  return new ConfigError(
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
