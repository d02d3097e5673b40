import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where Linux has its memory groups, with the files' names; cgroup v1 and v2 (cgroups(7)). */
const FORMS = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes' },
  { root: '/sys/fs/cgroup', limit: 'memory.max', peak: 'memory.peak' },
] as const

/** A group of processes whose memory is limited, as a container's is. */
export interface MemoryLimit extends AsyncDisposable {
  /** The command, and its arguments, to run in the group from its first instruction on. */
  within(command: string, args: readonly string[]): [command: string, args: string[]]
  /** The most that the group has had, page cache included, MB. */
  peakMb(): Promise<number>
}

/** @throws Error where the machine lets nobody make such a group */
export async function limitMemory(mb: number): Promise<MemoryLimit> {
  for (const { root, limit, peak } of FORMS) {
    const folder = join(root, `provisioner-bench-${process.pid}-${mb}-${Math.random().toString(36).slice(2, 8)}`)
    const isMade = await mkdir(folder).then(
      () => access(join(folder, limit)).then(() => true),
      () => false,
    )
    if (!isMade) continue
    await writeFile(join(folder, limit), String(mb * 2 ** 20))
    return {
      within: (command, args) => [
        '/bin/sh',
        ['-c', 'echo $$ > "$0/cgroup.procs"; exec "$@"', folder, command, ...args],
      ],
      peakMb: async () => Number(await readFile(join(folder, peak), 'utf8')) / 2 ** 20,
      [Symbol.asyncDispose]: () => rmdir(folder),
    }
  }
  throw new Error('Memory can be limited by root alone, where /sys/fs/cgroup can be written')
}
