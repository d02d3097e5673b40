import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { locateProgram } from './locate-program.ts'

const run = promisify(execFile)

/** Debian's packages ask this program whether they may start their service; 101 means no. See invoke-rc.d(8). */
const POLICY = '/usr/sbin/policy-rc.d'
const FORBID_SERVICES = '#!/bin/sh\nexit 101\n'

/** Another package manager may be at work, ours in a parallel test for one. */
const LOCK_SECONDS = 300

/** Whether this process may install Debian packages: it is root on Debian, Ubuntu or one of their kin. */
export function mayInstallDebianPackages(): boolean {
  if (process.getuid?.() !== 0 || !locateProgram('apt-get') || !existsSync('/etc/os-release')) return false
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))
}

/** Installs packages without starting any service of theirs. @throws when apt-get fails, with the end of its output. */
export async function installDebianPackages(packages: readonly string[]): Promise<void> {
  const policyIsOurs = await forbidServices()
  try {
    await aptGet('update', '--quiet')
    await aptGet('install', '--yes', '--quiet', '--no-install-recommends', ...packages)
  } finally {
    if (policyIsOurs) await rm(POLICY, { force: true })
  }
}

/**
 * Installs packages that Debian has for this release in its backports only, which are read for this one time. @throws
 * when it has none there either
 */
export async function installBackports(packages: readonly string[]): Promise<void> {
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable'
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-apt-'))
  const policyIsOurs = await forbidServices()
  try {
    const list = join(folder, 'sources.list')
    const own = await readFile('/etc/apt/sources.list', 'utf8').catch(() => '')
    const archive = await archiveOf(codename)
    await writeFile(list, `${own}\ndeb [signed-by=${KEYRING}] ${archive} ${codename}-backports main\n`)
    await mkdir(join(folder, 'lists', 'partial'), { recursive: true })
    const sources = ['-o', `Dir::Etc::sourcelist=${list}`, '-o', `Dir::State::lists=${join(folder, 'lists')}`]
    await aptGet(...sources, 'update', '--quiet')
    const release = ['--target-release', `${codename}-backports`]
    await aptGet(...sources, ...release, 'install', '--yes', '--quiet', '--no-install-recommends', ...packages)
  } finally {
    if (policyIsOurs) await rm(POLICY, { force: true })
    await rm(folder, { recursive: true, force: true })
  }
}

/** Where this machine has the packages of its release from, by its own lists. @throws when it has none */
async function archiveOf(codename: string): Promise<string> {
  await aptGet('update', '--quiet')
  const format = '$(REPO_URI) $(CODENAME)'
  const { stdout } = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'])
  const found = stdout.split('\n').find((line) => line.endsWith(` ${codename}`))
  if (found === undefined) throw new Error(`apt knows no archive of ${codename}`)
  return found.slice(0, -codename.length - 1)
}

/** Whether this is Debian itself: others have no backports of its own. */
export function isDebian(): boolean {
  return existsSync(KEYRING) && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

async function forbidServices(): Promise<boolean> {
  try {
    await writeFile(POLICY, FORBID_SERVICES, { mode: 0o755, flag: 'wx' })
    return true
  } catch {
    return false
  }
}

async function aptGet(...args: string[]): Promise<void> {
  const options = ['-o', `DPkg::Lock::Timeout=${LOCK_SECONDS}`, '-o', 'Dpkg::Use-Pty=0']
  await run('apt-get', [...options, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    maxBuffer: 64 * 1024 * 1024,
  })
}
