import { readdir, readFile, readlink } from 'node:fs/promises'

/** The state of a socket that listens, as the kernel writes it. */
const LISTEN = '0A'

/**
 * Whether a process has the socket that listens on a TCP port: two that found the same port free may both take it for
 * theirs, and whoever asks who answers there gets the other's answer. Where there is no /proc it can't be told, and
 * counts as so.
 */
export async function listensOn(pid: number, port: number): Promise<boolean> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  )
  if (tables.every((table) => table === '')) return true
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const sockets = new Set(
    tables
      .flatMap((table) => table.split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(ending) && state === LISTEN)
      .map((columns) => `socket:[${columns[9]}]`),
  )
  const folder = `/proc/${pid}/fd`
  const open = await readdir(folder).catch(() => [])
  const targets = await Promise.all(open.map((fd) => readlink(`${folder}/${fd}`).catch(() => '')))
  return targets.some((target) => sockets.has(target))
}
