import { readFile, writeFile } from 'node:fs/promises'

/** The most memory that a process has had resident since it began, or since {@link forgetPeak}, MB; proc(5). */
export async function peakMb(pid: number): Promise<number> {
  const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kb) / 1024
}

/** Lets the peak begin anew at what is resident now; proc(5), clear_refs. */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5')
}
