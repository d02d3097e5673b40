import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { spawnTied } from '../../packages/sandbox/src/servers/server-process.ts'

/** How many of the last lines of a service's log are kept for the message when it dies. */
const LAST_LINES = 8

/** How long a service may take to finish what it has begun, ms. Then it is killed. */
const STOP_MS = 20_000

/** One of the product's processes. It never outlives this one, and a Ctrl-C does not reach it: we stop it in our order. */
export interface Service {
  stop(): Promise<void>
}

/** Starts a process of the product. `died` is told when it ends although nobody stops it, and what to do. */
export function startService(
  name: string,
  env: NodeJS.ProcessEnv,
  { died, signal }: { died: (words: string) => void; signal: AbortSignal },
): Service {
  const child = spawnTied(process.execPath, [packageFile(`${name}/src/main.ts`)], env)
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      lines.push(...chunk.toString().split('\n').filter(Boolean))
      lines.splice(0, lines.length - LAST_LINES)
    })
  let stopping = false
  // `close` comes when all its words are read, `exit` may come before
  const ended = once(child, 'close')
  child.once('close', (code, by) => {
    if (stopping || signal.aborted) return
    died(
      `The ${name} ended by itself (${by ?? `exit code ${code}`}). Run the demo again; if it ends again, these last ` +
        `lines of its log tell why:\n${lines.join('\n')}`,
    )
  })
  return {
    async stop() {
      stopping = true
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(late)
    },
  }
}

/** Writes a program that is `provisioner` with these settings, whatever PATH and Node.js the caller has. */
export async function writeCommand(path: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`
  const settings = Object.entries({ ...env, PATH: undefined, LOG_LEVEL: undefined }).flatMap(([name, value]) =>
    value ? [`${name}=${quoted(value)}`] : [],
  )
  const program = [process.execPath, packageFile('producer/src/cli/main.ts')].map(quoted)
  await writeFile(path, `#!/bin/sh\nexec env ${[...settings, ...program].join(' ')} "$@"\n`, { mode: 0o700 })
}

/** Runs `provisioner …` and returns what it prints. @throws when it fails */
export function runCli(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [packageFile('producer/src/cli/main.ts'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  let trouble = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`provisioner ${args.join(' ')}: ${trouble || text}`)),
    )
  })
}

function packageFile(path: string): string {
  return fileURLToPath(new URL(`../../packages/${path}`, import.meta.url))
}
