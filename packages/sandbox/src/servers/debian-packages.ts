import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
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
