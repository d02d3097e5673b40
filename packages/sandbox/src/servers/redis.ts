import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensurePrograms } from './ensure-programs.ts'
import { startOnFreePort } from './free-port.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

export interface RedisOptions {
  /** Writes every change to disk, so that the data outlives a restart. Off by default. */
  readonly appendonly?: boolean
  /** What Redis does when its memory is full; BullMQ needs the default, `noeviction`. */
  readonly maxmemoryPolicy?: string
  /** As Redis writes it: `64mb`. Unlimited by default. */
  readonly maxmemory?: string
  /** Another server that speaks the same. Default: `redis-server`. */
  readonly program?: 'redis-server' | 'valkey-server'
  /** Further settings, by the names of redis.conf; they count before the others. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A Redis of any form, and what a configuration has under `redis` for it. */
export interface AnyRedis extends AsyncDisposable {
  readonly config:
    | { readonly url: string }
    | { readonly sentinels: readonly string[]; readonly name: string }
    | { readonly cluster: readonly string[] }
}

/** A Redis of our own on a free port, with its own folder. */
export interface RedisServer extends AnyRedis {
  readonly config: { readonly url: string }
  readonly url: string
  readonly port: number
  /** The running server's; another one after a restart. */
  readonly pid: number
  /** The end of the running server, whoever brings it: by which signal, or with which exit code. */
  readonly ended: Promise<string>
  /** Where it keeps its data. */
  readonly folder: string
  /**
   * Ends it, by SIGKILL when `crash` is set, and starts it again on the same port and folder. @param meanwhile what
   * happens to its files before it starts again
   */
  restart(options?: { crash?: boolean; meanwhile?: () => Promise<void> }): Promise<void>
  /** Ends it and keeps its data, for {@link restart}. */
  pause(): Promise<void>
  /** Ends it and removes its folder. Stopping twice is harmless. */
  stop(): Promise<void>
}

/** Starts a Redis. @throws ProgramMissingError, ServerNotStartedError */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { program = 'redis-server' } = options
  const programs = await ensurePrograms([program])
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-redis-'))
  const run = (port: number) => runRedis(programs[program], port, folder, options)
  try {
    const { port, server } = await startOnFreePort(run)
    return handle(port, server, folder, run)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

function handle(
  port: number,
  first: ServerProcess,
  folder: string,
  run: (port: number) => Promise<ServerProcess>,
): RedisServer {
  let server = first
  const stop = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const url = `redis://127.0.0.1:${port}`
  return {
    url,
    config: { url },
    port,
    folder,
    get pid() {
      return server.pid
    },
    get ended() {
      return server.ended
    },
    pause: () => server.stop(),
    async restart({ crash = false, meanwhile } = {}) {
      await server.stop(crash ? 'SIGKILL' : 'SIGTERM')
      await meanwhile?.()
      server = await run(port)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function runRedis(command: string, port: number, folder: string, options: RedisOptions): Promise<ServerProcess> {
  const { appendonly = false, maxmemoryPolicy = 'noeviction', maxmemory = '0' } = options
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: appendonly ? 'yes' : 'no',
    appendfsync: 'everysec',
    // Rewriting a file of 64 MB, the default, takes a processor for a second, in the middle of the first load.
    'auto-aof-rewrite-min-size': '256mb',
    'maxmemory-policy': maxmemoryPolicy,
    maxmemory,
    ...options.settings,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  return startProcess({ name: 'redis-server', command, args, port, probe: () => answersPing(port) })
}

/** A Redis that is still loading its file answers with an error, so only PONG counts. */
export function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.setTimeout(1_000, () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
    socket.once('data', (answer: Buffer) => {
      socket.destroy()
      resolve(answer.toString().startsWith('+PONG'))
    })
  })
}
