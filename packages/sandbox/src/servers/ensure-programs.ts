import { installBackports, installDebianPackages, isDebian, mayInstallDebianPackages } from './debian-packages.ts'
import { locateProgram } from './locate-program.ts'

/** The programs that the demo and the tests run, the names they go by, and the Debian package that has each. */
const PROGRAMS = {
  'redis-server': { names: ['redis-server', 'valkey-server'], package: 'redis-server' },
  'redis-cli': { names: ['redis-cli', 'valkey-cli'], package: 'redis-tools' },
  'valkey-server': { names: ['valkey-server'], package: 'valkey-server' },
  slapd: { names: ['slapd'], package: 'slapd' },
  ldapsearch: { names: ['ldapsearch'], package: 'ldap-utils' },
  ldapmodify: { names: ['ldapmodify'], package: 'ldap-utils' },
  postgres: { names: ['postgres'], package: 'postgresql' },
  initdb: { names: ['initdb'], package: 'postgresql' },
  pg_isready: { names: ['pg_isready'], package: 'postgresql' },
  setpriv: { names: ['setpriv'], package: 'util-linux' },
  openssl: { names: ['openssl'], package: 'openssl' },
  promtool: { names: ['promtool'], package: 'prometheus' },
  chromium: { names: ['chromium', 'chromium-browser', 'google-chrome'], package: 'chromium' },
} as const

export type Program = keyof typeof PROGRAMS

/** Thrown when a program is neither installed nor installable by this process. */
export class ProgramMissingError extends Error {
  override name = 'ProgramMissingError' as const
  readonly code = 'PROGRAM_MISSING' as const
}

/**
 * Finds programs on the PATH, and installs the missing ones from Debian's packages when this process may: it is root
 * on Debian or Ubuntu. What is installed is announced in one line, and no service is started.
 *
 * @returns the full path of each program.
 * @throws ProgramMissingError naming what to install.
 */
export async function ensurePrograms<const P extends Program>(
  programs: readonly P[],
  announce: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<Record<P, string>> {
  const missing = programs.filter((program) => !find(program))
  if (missing.length > 0) await install(missing, announce)
  return Object.fromEntries(programs.map((program) => [program, find(program)])) as Record<P, string>
}

async function install(missing: readonly Program[], announce: (line: string) => void): Promise<void> {
  const packages = [...new Set(missing.map((program) => PROGRAMS[program].package))]
  if (mayInstallDebianPackages()) {
    announce(`Installing ${packages.join(', ')} from the system's packages, without starting services ...`)
    await installFromAnywhere(packages).catch((cause: Error) => {
      throw new ProgramMissingError(`${packages.join(', ')} can't be installed: ${cause.message}`, { cause })
    })
  }
  const still = missing.filter((program) => !find(program))
  if (still.length > 0) {
    throw new ProgramMissingError(
      `${still.join(' and ')} not found: install the package${packages.length > 1 ? 's' : ''} ${packages.join(', ')} ` +
        `(Debian and Ubuntu: sudo apt-get install ${packages.join(' ')})`,
    )
  }
}

async function installFromAnywhere(packages: readonly string[]): Promise<void> {
  await installDebianPackages(packages).catch(async (error: unknown) => {
    if (!isDebian()) throw error
    await installBackports(packages)
  })
}

function find(program: Program): string | undefined {
  for (const name of PROGRAMS[program].names) {
    const path = locateProgram(name)
    if (path) return path
  }
  return undefined
}
