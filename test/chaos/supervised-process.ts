import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { spawnTied } from '@provisioner/sandbox/servers/server-process.ts'

/** How long after its end a process is started again, ms. */
const PAUSE_MS = 300

/** A process that is started again whenever it ends, as compose and Kubernetes do. */
export class SupervisedProcess implements AsyncDisposable {
  readonly name: string
  readonly #program: string
  readonly #env: NodeJS.ProcessEnv
  readonly #say: (line: string) => void
  #child: ChildProcess | undefined
  #wanted = true

  constructor(name: string, program: string, env: NodeJS.ProcessEnv, say: (line: string) => void) {
    this.name = name
    this.#program = program
    this.#env = env
    this.#say = say
    this.#start()
  }

  /** Ends it by SIGKILL. It comes back by itself. */
  kill(): void {
    this.#child?.kill('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wanted = false
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  #start(): void {
    if (!this.#wanted) return
    const child = spawnTied(process.execPath, [this.#program], { env: this.#env })
    this.#child = child
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => {
        for (const line of chunk.toString().split('\n').filter(Boolean)) this.#say(`${this.name} ${line}`)
      })
    child.once('exit', (code, signal) => {
      this.#say(`${this.name} ended: ${signal ?? code}`)
      setTimeout(() => this.#start(), PAUSE_MS)
    })
  }
}
