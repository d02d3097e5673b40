#!/usr/bin/env node
/**
 * Runs `scripts/<name>.ts` with the Node.js and pnpm that this repository needs, on a machine that may have neither.
 *
 *   node scripts/with-toolchain.mjs test -- unit
 *
 * The Node.js at hand and a pnpm on the PATH are used when they fit. Otherwise npx fetches both into npm's cache, and
 * nothing else on the machine changes. Plain JavaScript that Node.js 20 can run, since it comes before everything else.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The first Node.js that runs TypeScript without a flag and knows `using`. */
const OLDEST_NODE = 24
const NODE_TO_FETCH = 'node@24'
const PNPM = { line: '12.21.', toFetch: 'pnpm@12.21.0' }

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

process.exitCode = await main(process.argv.slice(2))

/** @returns the exit code of the script, or 1 when it could not be started */
async function main([name = '', ...given]) {
  const script = join(ROOT, 'scripts', `${name}.ts`)
  const args = given[0] === '--' ? given.slice(1) : given
  if (!/^[a-z-]+$/.test(name) || !existsSync(script)) return fail(`scripts/${name}.ts is not there`)

  const toolchain = presentToolchain() ?? fetchToolchain()
  if (!toolchain) return 1
  if (!existsSync(join(ROOT, 'node_modules'))) say("Installing this repository's packages into node_modules ...")
  if (!quietly('pnpm', ['install', '--frozen-lockfile'], { ...toolchain.env, CI: 'true' })) return 1
  return run(toolchain.node, [script, ...args], toolchain.env)
}

function presentToolchain() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) return undefined
  const pnpm = spawnSync('pnpm', ['--version'], { cwd: ROOT, encoding: 'utf8' })
  return pnpm.stdout?.trim().startsWith(PNPM.line) ? { node: process.execPath, env: process.env } : undefined
}

/**
 * npx tells where it put both: no argument of ours passes through a shell, and no npm stands before the script's
 * signals.
 */
function fetchToolchain() {
  say(
    `Getting ${NODE_TO_FETCH} and ${PNPM.toFetch} through npx into npm's cache (Node.js here: ${process.versions.node}) ...`,
  )
  const report = `node -p 'JSON.stringify([process.execPath, process.argv[1]])' "$(command -v pnpm)"`
  const npx = ['--yes', '-p', NODE_TO_FETCH, '-p', PNPM.toFetch, '-c', report]
  const output = quietly('npx', npx, process.env)
  if (output === undefined) return undefined
  const [node, pnpm] = JSON.parse(output)
  return { node, env: { ...process.env, PATH: [dirname(node), dirname(pnpm), process.env.PATH].join(delimiter) } }
}

/** @returns what the command wrote; undefined, after showing all of it, when it failed */
function quietly(command, args, env) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: ROOT, env, encoding: 'utf8' })
  if (status === 0) return stdout || ' '
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
  fail(`${command} ${args[0] ?? ''} failed: ${error?.message ?? `exit code ${status}`}`)
  return undefined
}

/**
 * A terminal sends Ctrl-C to the whole foreground group, so the script has it already; another's SIGTERM or SIGINT
 * comes to this process alone and is passed on.
 */
function run(command, args, env) {
  const onTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY)
  const child = spawn(command, args, { cwd: ROOT, env, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !onTerminal) child.kill(signal)
    })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(fail(`${command}: ${error.message}`)))
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

function fail(line) {
  say(line)
  return 1
}
