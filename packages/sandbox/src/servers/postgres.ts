import { execFile } from 'node:child_process'
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ensurePrograms } from './ensure-programs.ts'
import { startOnFreePort } from './free-port.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

const run = promisify(execFile)

/** The user of the database; no password is asked for. */
const USER = 'postgres'

/** How long the sessions of one that was killed may take to end, ms. */
const ENDED_MS = 10_000

/** A PostgreSQL of our own on a free port, with its own folder. */
export interface PostgresServer extends AsyncDisposable {
  /** Of its database `postgres`. */
  readonly url: string
  readonly port: number
  /**
   * Ends it, by SIGKILL when `crash` is set, and keeps its data. Of one that is killed the sessions may end a moment
   * later.
   */
  pause(options?: { crash?: boolean }): Promise<void>
  /** Starts it again on the same port and folder, once what it was is gone. */
  resume(): Promise<void>
  /** Stops it where it stands, its sessions as well: connections stay open, and nothing answers. */
  freeze(): Promise<void>
  /** Lets it go on after {@link freeze}. */
  thaw(): Promise<void>
}

/** Starts a PostgreSQL. @throws ProgramMissingError, ServerNotStartedError */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = await ensurePrograms(['postgres', 'initdb', 'pg_isready', 'setpriv'])
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-postgres-'))
  const [command, before] = await asItsUser(programs.setpriv, folder)
  const start = async (port: number): Promise<ServerProcess> => {
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: folder,
      // a process that is killed loses nothing by it, and no machine crashes here
      fsync: 'off',
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const probe = () => run(programs.pg_isready, ['-h', '127.0.0.1', '-p', String(port)]).then(() => true)
    return startProcess({
      name: 'postgres',
      command: command ?? programs.postgres,
      args: [...(command === undefined ? [] : [...before, programs.postgres]), '-D', join(folder, 'data'), ...args],
      port,
      probe,
    })
  }
  try {
    const made = ['-D', join(folder, 'data'), '-U', USER, '-E', 'UTF8', '--locale=C', '--auth=trust', '--no-sync']
    await run(command ?? programs.initdb, [...(command === undefined ? [] : [...before, programs.initdb]), ...made])
    const { port, server: first } = await startOnFreePort(start)
    let server = first
    let frozen: readonly number[] = []
    let dying: readonly number[] = []
    return {
      url: `postgres://${USER}@127.0.0.1:${port}/postgres`,
      port,
      // SIGINT has it end its sessions, which SIGTERM waits for
      async pause({ crash = false } = {}) {
        // it has its memory until they end, and no other one starts before that
        dying = await childrenOf(server.pid)
        await server.stop(crash ? 'SIGKILL' : 'SIGINT')
      },
      async resume() {
        for (const end = Date.now() + ENDED_MS; dying.some(isAlive) && Date.now() < end;) await sleep(10)
        server = await start(port)
      },
      async freeze() {
        // the first process makes the others: there are no new ones once it stands still
        process.kill(server.pid, 'SIGSTOP')
        frozen = [server.pid, ...(await childrenOf(server.pid))]
        for (const pid of frozen.slice(1)) signal(pid, 'SIGSTOP')
      },
      async thaw() {
        for (const pid of frozen.toReversed()) signal(pid, 'SIGCONT')
        frozen = []
      },
      async [Symbol.asyncDispose]() {
        for (const pid of frozen) signal(pid, 'SIGCONT')
        await server.stop('SIGINT')
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** The processes that a process has made, by /proc; none where there is no /proc. */
async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const parents = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '') // it has ended
      return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1])
    }),
  )
  return pids.map(Number).filter((_pid, i) => parents[i] === parent)
}

function isAlive(pid: number): boolean {
  return signal(pid, 0)
}

/** Whether there was a process to take it. */
function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what)
  } catch {
    return false
  }
}

/** PostgreSQL refuses to run as root: the folder is given to the user that its package makes, and so is the process. */
async function asItsUser(setpriv: string, folder: string): Promise<[command: string | undefined, args: string[]]> {
  if (process.getuid?.() !== 0) return [undefined, []]
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (which) => Number((await run('id', [which, USER])).stdout)),
  )
  await chown(folder, uid!, gid!)
  const user = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
  return [setpriv, [...user, '--pdeathsig', 'KILL']]
}
