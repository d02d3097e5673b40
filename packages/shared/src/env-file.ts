import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/**
 * Puts what the file `.env` in the working directory says into the environment, where it is not set there. Without such
 * a file nothing happens; with one that can't be read, or has a line that says nothing, the process ends with exit code
 * 2.
 */
export function readEnvFile(): void {
  const path = join(process.cwd(), '.env')
  const text = readIfThere(path)?.replace(/^\uFEFF/, '')
  if (text === undefined) return
  const broken = brokenLines(text)
  if (broken.length > 0) {
    // what stands there may be a secret
    const lines = broken.map((line) => `  ${path}:${line}  is no NAME=value; put # before a comment\n`)
    end(`${path} has ${broken.length} line${broken.length === 1 ? '' : 's'} that nobody can read:\n${lines.join('')}`)
  }
  for (const [name, value] of Object.entries(parseEnv(text))) process.env[name] ??= value
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    return end(`${path} can't be read (${code}): let this user read it, or take it away\n`)
  }
}

/**
 * The numbers of the lines, from 1, that Node.js would pass over: neither empty nor a comment, nor a variable's. A
 * value in quotes goes on to the next quote of its kind, over several lines; without another one its line is all there
 * is of it.
 *
 *   line                           | is
 *   -------------------------------|---------
 *   `NAME=value`, `export NAME=…`  | read
 *   `# LDAP_PASSWORD: abc`         | a comment
 *   `LDAP_PASSWORD: abc`, `broken` | broken
 */
export function brokenLines(text: string): number[] {
  const lines = text.split(/\r?\n/)
  const broken: number[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!
    if (/^\s*(#|$)/.test(line)) continue
    const [, value] = /^\s*(?:export\s+)?[\w.-]+\s*=\s*(.*)$/.exec(line) ?? []
    if (value === undefined) broken.push(at + 1)
    else at += linesFollowing(value, lines.slice(at + 1))
  }
  return broken
}

/** How many of the next lines belong to a value. */
function linesFollowing(value: string, next: readonly string[]): number {
  const [quote = ''] = value
  if (!`"'\``.includes(quote) || value.includes(quote, 1)) return 0
  return next.findIndex((line) => line.includes(quote)) + 1
}

function end(text: string): never {
  process.stderr.write(text)
  process.exit(2)
}
