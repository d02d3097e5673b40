import { appendFile, chmod, readFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { ProvisioningError } from '@provisioner/shared/errors.ts'

/** Thrown for a value that no line of `.env` can hold. */
export class UnwritableValueError extends ProvisioningError {
  override name = 'UnwritableValueError' as const
  override readonly code = 'ENV_VALUE_UNWRITABLE' as const

  constructor(name: string) {
    super(`The value of ${name} has a line break, or all kinds of quotes, and can't stand in .env: set it elsewhere`)
  }
}

/**
 * Lines of `.env` for variables, as Node.js reads them back.
 *
 * @throws UnwritableValueError
 */
export function envLines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      const forms = [value, ...["'", '"', '`'].map((quote) => `${quote}${value}${quote}`)]
      const fitting = forms.find((form) => isReadAs(`${name}=${form}\n`, name, value))
      if (fitting === undefined) throw new UnwritableValueError(name)
      return `${name}=${fitting}\n`
    })
    .join('')
}

/** Between two others, which a quote that is not closed would swallow. */
function isReadAs(line: string, name: string, value: string): boolean {
  const read = parseEnv(`BEFORE=1\n${line}AFTER='2'\n`)
  return !value.includes('\n') && read[name] === value && read['AFTER'] === '2' && Object.keys(read).length === 3
}

/** Adds what a file of variables does not set yet; nobody else may read it. Returns the names that were added. */
export async function addToEnv(path: string, values: Readonly<Record<string, string>>): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return ''
  })
  const known = new Set(Object.keys(parseEnv(text)))
  const added = Object.entries(values).filter(([name]) => !known.has(name))
  const gap = text === '' || text.endsWith('\n') ? '' : '\n'
  await appendFile(path, gap + envLines(Object.fromEntries(added)), { mode: 0o600 })
  await chmod(path, 0o600)
  return added.map(([name]) => name)
}
