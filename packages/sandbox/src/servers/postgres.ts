import { execFile } from 'node:child_process'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensurePrograms } from './ensure-programs.ts'
import { startOnFreePort } from './free-port.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

const run = promisify(execFile)

/** The user of the database; no password is asked for. */
const USER = 'postgres'

/** A PostgreSQL of our own on a free port, with its own folder. */
export interface PostgresServer extends AsyncDisposable {
  /** Of its database `postgres`. */
  readonly url: string
  readonly port: number
  /** Ends it, by SIGKILL when `crash` is set, and keeps its data. */
  pause(options?: { crash?: boolean }): Promise<void>
  /** Starts it again on the same port and folder. */
  resume(): Promise<void>
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
    return {
      url: `postgres://${USER}@127.0.0.1:${port}/postgres`,
      port,
      // SIGINT has it end its sessions, which SIGTERM waits for
      pause: ({ crash = false } = {}) => server.stop(crash ? 'SIGKILL' : 'SIGINT'),
      async resume() {
        server = await start(port)
      },
      async [Symbol.asyncDispose]() {
        await server.stop('SIGINT')
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
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
