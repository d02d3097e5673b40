import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { killWithParent } from './kill-with-parent.ts'
import { listensOn } from './listens-on.ts'
import { locateProgram } from './locate-program.ts'

/** How long a server may take to answer, and to stop after SIGTERM, in milliseconds. */
const READY_DEADLINE = 30_000
const STOP_DEADLINE = 5_000
const PROBE_INTERVAL = 25

/** The end of a server's output is kept for the error message, in characters. */
const OUTPUT_KEPT = 4_000

export interface ServerCommand {
  /** For messages. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** The TCP port on which it itself answers. Left out where a child of it does. */
  readonly port?: number
  /** Whether the server answers by now. A rejection counts as no. */
  readonly probe: () => Promise<boolean>
}

/** A running child process that never outlives this one. */
export interface ServerProcess {
  readonly pid: number
  /** Its end, whoever brings it: by which signal, or with which exit code. */
  readonly ended: Promise<string>
  /** Ends the process and waits for its end. SIGTERM is followed by SIGKILL after five seconds. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Thrown when a server ends, or does not answer, while it is started. The message has the end of its output. */
export class ServerNotStartedError extends Error {
  override name = 'ServerNotStartedError' as const
  readonly code = 'SERVER_NOT_STARTED' as const
}

/** Starts a server in the foreground and waits until it answers. @throws ServerNotStartedError */
export async function startProcess({ name, command, args, port, probe }: ServerCommand): Promise<ServerProcess> {
  const child = spawnTied(command, args)
  const ended = new Promise<string>((resolve) => child.once('exit', (code, by) => resolve(by ?? `exit code ${code}`)))
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-OUTPUT_KEPT)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  child.once('error', (error) => keep(Buffer.from(error.message)))

  const deadline = Date.now() + READY_DEADLINE
  const isOurs = async () => port === undefined || child.pid === undefined || (await listensOn(child.pid, port))
  while (!((await probe().catch(() => false)) && (await isOurs()))) {
    if (hasEnded(child)) throw new ServerNotStartedError(`${name} ended while starting: ${output.trim()}`)
    if (Date.now() > deadline) {
      await stop(child, 'SIGKILL')
      throw new ServerNotStartedError(`${name} did not answer within ${READY_DEADLINE} ms: ${output.trim()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, PROBE_INTERVAL))
  }
  if (child.pid === undefined || hasEnded(child)) {
    throw new ServerNotStartedError(`${name} ended while starting, and another server has its port: ${output.trim()}`)
  }
  return { pid: child.pid, ended, stop: (signal = 'SIGTERM') => stop(child, signal) }
}

/** What a tied child gets beside its arguments: by default all is as it is here. */
export interface TiedOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** A file's descriptor in place of a pipe. */
  readonly stdout?: 'pipe' | number
}

/**
 * Where setpriv is there (util-linux, so on every Linux), the kernel ends the child with us, SIGKILL included. The
 * child then has a process group of its own, so that Ctrl-C reaches us alone and we stop it in our order.
 */
export function spawnTied(
  command: string,
  args: readonly string[],
  { env = process.env, cwd, stdout = 'pipe' }: TiedOptions = {},
): ChildProcess {
  const setpriv = locateProgram('setpriv')
  const options: SpawnOptions = { env, stdio: ['ignore', stdout, 'pipe'], ...(cwd !== undefined && { cwd }) }
  const child = setpriv
    ? spawn(setpriv, ['--pdeathsig', 'KILL', command, ...args], { ...options, detached: true })
    : spawn(command, args, options)
  killWithParent(child)
  return child
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE)
  await ended
  clearTimeout(impatience)
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}
