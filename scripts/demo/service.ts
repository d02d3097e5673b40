import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { keepRunning, type KeptProcess, type Reports } from './keep-running.ts'

/** Keeps one of the product's processes running, as compose and Kubernetes do. */
export function startService(name: string, env: NodeJS.ProcessEnv, reports: Reports): KeptProcess {
  return keepRunning(
    { name, program: process.execPath, args: [packageFile(`${name}/bin/provisioner-${name}.mjs`)], env },
    reports,
  )
}

/** Writes a program that is `provisioner` with these settings, whatever PATH and Node.js the caller has. */
export async function writeCommand(path: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`
  const settings = Object.entries({ ...env, PATH: undefined, LOG_LEVEL: undefined }).flatMap(([name, value]) =>
    value ? [`${name}=${quoted(value)}`] : [],
  )
  const program = [process.execPath, packageFile('producer/bin/provisioner.mjs')].map(quoted)
  await writeFile(path, `#!/bin/sh\nexec env ${[...settings, ...program].join(' ')} "$@"\n`, { mode: 0o700 })
}

/** Runs `provisioner …` and returns what it prints. @throws when it fails */
export function runCli(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<string> {
  // What it prints goes through a pipe, which has no width, to our terminal.
  const { columns } = process.stdout
  const child = spawn(process.execPath, [packageFile('producer/bin/provisioner.mjs'), ...args], {
    env: { ...env, ...(columns && { COLUMNS: String(columns) }) },
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
