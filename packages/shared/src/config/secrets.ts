import { readFileSync } from 'node:fs'

const REFERENCE = /\$\{(\w+)(?::([^}]*))?\}/g

type Env = Readonly<Record<string, string | undefined>>
type Path = readonly (string | number)[]

/** A reference that could not be followed. */
export interface MissingSecret {
  readonly path: Path
  readonly found: string
  readonly allowed: string
}

/**
 * Puts values in the place of `${env:NAME}` and `${file:PATH}` in every text of a parsed file. A file's last line break
 * is not part of the secret. What is missing is listed, and stays as it was written. So does whatever else begins with
 * `${`, lest a misspelt reference be taken for a password; only in JSONata expressions it has a meaning of its own.
 */
export function resolveSecrets(
  value: unknown,
  env: Env,
  path: Path = [],
): { value: unknown; missing: MissingSecret[] } {
  const missing: MissingSecret[] = []
  const resolve = (one: unknown, at: Path): unknown => {
    if (typeof one === 'string') return resolveText(one, env, at, missing)
    if (Array.isArray(one)) return one.map((item, i) => resolve(item, [...at, i]))
    if (one === null || typeof one !== 'object') return one
    return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, resolve(item, [...at, key])]))
  }
  return { value: resolve(value, path), missing }
}

function resolveText(text: string, env: Env, path: Path, missing: MissingSecret[]): string {
  return text.replace(REFERENCE, (reference, kind: string, name: string | undefined) => {
    if ((kind !== 'env' && kind !== 'file') || !name) {
      if (path.at(-1) !== 'expression')
        missing.push({ path, found: 'a reference of unknown form', allowed: '${env:NAME} or ${file:PATH}' })
      return reference
    }
    const found = kind === 'env' ? readEnv(env, name) : readFile(name)
    if ('secret' in found) return found.secret
    missing.push({ path, found: `${reference}, ${found.why}`, allowed: found.allowed })
    return reference
  })
}

type Found = { secret: string } | { why: string; allowed: string }

/** `NAME_FILE` names the file that holds what `NAME` would, as with Docker's own images. */
function readEnv(env: Env, name: string): Found {
  const secret = env[name]
  if (secret) return { secret }
  const path = env[`${name}_FILE`]
  const why = secret === undefined ? 'which is not set' : 'which is empty'
  if (!path) return { why, allowed: `set the environment variable ${name}, or write it into .env` }
  const found = readFile(path)
  return 'secret' in found ? found : { ...found, why: `${found.why}: ${path}, which ${name}_FILE names` }
}

function readFile(name: string): Found {
  try {
    const secret = readFileSync(name, 'utf8').replace(/\r?\n$/, '')
    return secret === '' ? { why: 'which is empty', allowed: `write the secret into ${name}` } : { secret }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT')
      return { why: 'which does not exist', allowed: 'the path of a file that this process may read' }
    return { why: `which can't be read (${code})`, allowed: 'a file that this process may read' }
  }
}
