import { readFile } from 'node:fs/promises'

/** The most memory that a process has had resident since it began, MB; proc(5). */
export async function peakMb(pid: number): Promise<number> {
  const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kb) / 1024
}
