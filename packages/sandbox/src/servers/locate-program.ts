import { accessSync, constants, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian keeps slapd where a user's PATH does not look. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** Debian keeps the programs of each version of PostgreSQL apart. */
const POSTGRES_FOLDERS = '/usr/lib/postgresql/*/bin'

/** The full path of a program on the PATH or in the servers' folders; undefined when it is not installed. */
export function locateProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SERVER_FOLDERS]
  return [...folders.filter((folder) => folder !== ''), ...globSync(POSTGRES_FOLDERS)]
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
