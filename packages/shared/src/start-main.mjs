import { existsSync, readFileSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../../', import.meta.url)

/**
 * Starts a main, which is TypeScript, where it can run: on a Node.js that is new enough, once the packages are
 * installed. Elsewhere it says in one line what is needed. Plain JavaScript that an old Node.js can run.
 *
 * @param {URL} main
 */
export async function startMain(main) {
  const { engines, packageManager } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'))
  const oldest = Number(/\d+/.exec(engines.node)[0])
  if (Number.parseInt(process.versions.node, 10) < oldest)
    return fail(
      `This needs Node.js ${oldest} or later; ${process.execPath} is ${process.versions.node}. README.md says how to get it.`,
    )
  if (!existsSync(new URL('node_modules', ROOT)))
    return fail(`The packages are not installed: run "npx ${packageManager} install --prod" in ${fileURLToPath(ROOT)}`)
  // Half of the time that a start takes, and most of what a command takes, is reading the same files as the last time.
  // Beside the packages nobody else writes; where nobody may write at all, they are read anew.
  module.enableCompileCache(fileURLToPath(new URL('node_modules/.cache/provisioner', ROOT)))
  await import(main.href)
}

function fail(line) {
  process.stderr.write(`${line}\n`)
  process.exitCode = 1
}
