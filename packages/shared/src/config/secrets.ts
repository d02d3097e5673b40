import { readFileSync } from 'node:fs'

const REFERENCE = /\$\{(env|file):([^}]+)\}/g

/** A reference that could not be followed. */
export interface MissingSecret {
  readonly path: readonly (string | number)[]
  readonly found: string
  readonly allowed: string
}

/**
 * Puts values in the place of `${env:NAME}` and `${file:PATH}` in every text of a parsed file. A file's last line break
 * is not part of the secret. What is missing is listed, and stays as it was written.
 */
export function resolveSecrets(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: readonly (string | number)[] = [],
): { value: unknown; missing: MissingSecret[]; resolved: string[] } {
  if (typeof value === 'string') return resolveText(value, env, path)
  const missing: MissingSecret[] = []
  const resolved: string[] = []
  const inner = (key: string | number, one: unknown) => {
    const result = resolveSecrets(one, env, [...path, key])
    missing.push(...result.missing)
    resolved.push(...result.resolved)
    return result.value
  }
  if (Array.isArray(value)) return { value: value.map((one, i) => inner(i, one)), missing, resolved }
  if (value === null || typeof value !== 'object') return { value, missing, resolved }
  return { value: Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(key, one)])), missing, resolved }
}

function resolveText(text: string, env: Readonly<Record<string, string | undefined>>, path: readonly (string | number)[]) {
  const missing: MissingSecret[] = []
  const resolved: string[] = []
  const value = text.replace(REFERENCE, (reference, kind: string, name: string) => {
    const found = kind === 'env' ? readEnv(env, name) : readFile(name)
    if ('why' in found) missing.push({ path, found: `${reference}, ${found.why}`, allowed: found.allowed })
    else resolved.push(found.secret)
    return 'secret' in found ? found.secret : reference
  })
  return { value, missing, resolved }
}

type Found = { secret: string } | { why: string; allowed: string }

function readEnv(env: Readonly<Record<string, string | undefined>>, name: string): Found {
  const secret = env[name]
  return secret ? { secret } : { why: 'which is not set', allowed: `set the environment variable ${name}` }
}

function readFile(name: string): Found {
  try {
    const secret = readFileSync(name, 'utf8').replace(/\r?\n$/, '')
    return secret === '' ? { why: 'which is empty', allowed: `write the secret into ${name}` } : { secret }
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'which does not exist' : 'which can not be read'
    return { why, allowed: `a file that this process may read` }
  }
}
