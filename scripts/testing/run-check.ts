import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import type { Tally } from './tally.ts'

/** The checks of the code itself, by name: the program in node_modules/.bin, and its arguments. */
export const CHECKS = {
  typecheck: ['tsc', '--noEmit'],
  lint: ['oxlint', '--deny-warnings'],
  format: ['oxfmt', '--check'],
  unused: ['knip'],
} as const

/** Runs one check and counts it as one test. What it wrote is shown only when it fails. */
export async function runCheck(name: keyof typeof CHECKS, root: string): Promise<Tally> {
  const [program, ...args] = CHECKS[name]
  const start = performance.now()
  const { code, output } = await capture(`${root}/node_modules/.bin/${program}`, args, root)
  const milliseconds = performance.now() - start
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name}\n${code === 0 ? '' : output}`)
  return code === 0
    ? { name, passed: 1, failed: [], skipped: [], milliseconds }
    : { name, passed: 0, failed: [[program, ...args].join(' ')], skipped: [], milliseconds }
}

function capture(program: string, args: readonly string[], cwd: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
