import { readFile } from 'node:fs/promises'
import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { Config } from './config.ts'
import { ConfigError, type ConfigMistake } from './config-error.ts'
import { explainIssue, nameKnownKeys, type PlacedMistake } from './explain-issue.ts'
import { resolveSecrets } from './secrets.ts'

/**
 * Reads, resolves and checks a configuration file.
 *
 * @throws ConfigError with every mistake at once: each names line, column, key, what was found and what is allowed
 */
export async function loadConfig({ path, env }: { path: string; env: Readonly<Record<string, string | undefined>> }): Promise<Config> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const found = error.code === 'ENOENT' ? 'no such file' : `a file that can't be read (${error.code ?? error.message})`
    throw new ConfigError(path, [{ key: '', found, allowed: 'the path of a configuration; set PROVISIONER_CONFIG or --config' }])
  })
  return parseConfig(text, { path, env })
}

/** The same for a text. @throws ConfigError */
export function parseConfig(text: string, { path, env }: { path: string; env: Readonly<Record<string, string | undefined>> }): Config {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false })
  if (document.errors.length > 0)
    throw new ConfigError(path, document.errors.map((error) => ({ ...position(lines, error.pos[0]), key: '', found: `YAML that can't be read: ${error.message}`, allowed: 'valid YAML' })))

  const { value, missing } = resolveSecrets(document.toJS(), env)
  const parsed = Config.safeParse(value, { error: nameKnownKeys })
  const unresolved = new Set(missing.map((one) => one.path.join('\0')))
  const mistakes: PlacedMistake[] = [
    ...missing,
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => explainIssue(issue, (at) => valueAt(value, at))).filter((one) => !unresolved.has(one.path.join('\0')))),
  ]
  if (parsed.success && mistakes.length === 0) return parsed.data
  throw new ConfigError(path, mistakes.map((mistake) => place(mistake, document, lines)).sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)))
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, part) => (at === null || typeof at !== 'object' ? undefined : (at as Record<string, unknown>)[part]), value)
}

/** The line of the key that is at fault, or of the nearest one above it when the key is missing. */
function place({ path, found, allowed }: PlacedMistake, document: Document, lines: LineCounter): ConfigMistake {
  const key = path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('')
  for (let depth = path.length; depth >= 0; depth--) {
    const offset = depth === 0 ? 0 : (keyOffset(document, path.slice(0, depth)) ?? nodeOffset(document, path.slice(0, depth)))
    if (offset !== undefined) return { ...position(lines, offset), key, found, allowed }
  }
  return { key, found, allowed }
}

/** Where a mapping's key stands: what an admin looks for. */
function keyOffset(document: Document, path: readonly (string | number)[]): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const items = (parent as { items?: { key?: { value?: unknown; range?: number[] } }[] } | null)?.items
  return items?.find((item) => item.key?.value === path.at(-1))?.key?.range?.[0]
}

function nodeOffset(document: Document, path: readonly (string | number)[]): number | undefined {
  const node = document.getIn(path, true)
  return isNode(node) ? node.range?.[0] : undefined
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}
