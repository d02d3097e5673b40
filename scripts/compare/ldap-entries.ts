import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Attributes by lower-case name; `dn` is among them. */
export type LdapEntry = ReadonlyMap<string, readonly string[]>

export interface LdapAddress {
  readonly url: string
  readonly bindDn: string
  readonly password: string
}

/** Reads entries with OpenLDAP's own `ldapsearch`. An absent base has none. */
export async function searchLdap(
  { url, bindDn, password }: LdapAddress,
  base: string,
  filter: string,
  attributes: readonly string[],
): Promise<LdapEntry[]> {
  const args = [
    '-x',
    '-LLL',
    '-o',
    'ldif-wrap=no',
    '-H',
    url,
    '-D',
    bindDn,
    '-w',
    password,
    '-b',
    base,
    filter,
    ...attributes,
  ]
  const { stdout } = await run('ldapsearch', args, { maxBuffer: 256 * 1024 * 1024 })
  return stdout
    .split(/\n\n+/)
    .map((text) => text.split('\n').filter((line) => /^[A-Za-z]/.test(line)))
    .filter((lines) => lines.length > 0)
    .map(readEntry)
}

function readEntry(lines: readonly string[]): LdapEntry {
  const entry = new Map<string, string[]>()
  for (const line of lines) {
    const [, name = '', encoded, value = ''] = /^([^:]+):(:?) ?(.*)$/.exec(line) ?? []
    const text = encoded ? Buffer.from(value, 'base64').toString('utf8') : value
    entry.set(name.toLowerCase(), [...(entry.get(name.toLowerCase()) ?? []), text])
  }
  return entry
}

/** The first value of an attribute, trimmed; undefined when there is none but blanks. */
export function valueOf(entry: LdapEntry, name: string): string | undefined {
  return entry
    .get(name.toLowerCase())
    ?.map((value) => value.trim())
    .find((value) => value !== '')
}

/** A DN as it can be compared: whichever way its special characters are escaped. */
export function dnKey(dn: string): string {
  return dn
    .replace(/(\\[0-9a-f]{2})+/gi, (run) =>
      Buffer.from(run.replaceAll('\\', ''), 'hex')
        .toString('utf8')
        .replace(/[,+"\\<>;=]/g, '\\$&'),
    )
    .replace(/(?<!\\)\s*,\s*/g, ',')
    .trim()
    .toLowerCase()
}
