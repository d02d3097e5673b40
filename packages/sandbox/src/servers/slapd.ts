import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Certificate, makeCertificate } from './certificate.ts'
import { ensurePrograms } from './ensure-programs.ts'
import { freePort, startOnFreePort } from './free-port.ts'
import { applyLdif } from './ldap-change.ts'
import { ldifEntry } from './ldif.ts'
import { type ServerProcess, startProcess } from './server-process.ts'
import { slapdConfig } from './slapd-config.ts'
import { type PosixSchema, posixSchema, WORKER_SCHEMA } from './slapd-schema.ts'

const run = promisify(execFile)

export interface SlapdOptions {
  /** The name below which the entries are: `dc=example,dc=org`. */
  readonly suffix: string
  /** Entries to start with, parents first. The suffix's own entry is made when it is not among them. */
  readonly ldif?: string
  /** Default: `nis`. */
  readonly posix?: PosixSchema
  /** More schema, in slapd.conf's syntax. */
  readonly schema?: string
  /** `memberof`, `dynlist`, `refint`, `syncprov`. None by default. */
  readonly overlays?: readonly string[]
  /** More lines of slapd.conf for the database: `limits`, `access`. They are put before the defaults. */
  readonly database?: readonly string[]
  /** Whether it also speaks StartTLS and ldaps://, with a certificate of its own. */
  readonly tls?: boolean
  /** Default: loopback, on a free port. */
  readonly listen?: { readonly host: string; readonly port: number }
  /** Default: made up. */
  readonly passwords?: { readonly admin: string; readonly reader: string }
}

/** A slapd of our own on a free port, with its own folder. */
export interface SlapdServer extends AsyncDisposable {
  /** ldap://127.0.0.1:PORT */
  readonly url: string
  /** ldaps://localhost:PORT; empty without `tls`. */
  readonly secureUrl: string
  readonly port: number
  /** The running server's; another one after a restart. */
  readonly pid: number
  /** The end of the running server, whoever brings it: by which signal, or with which exit code. */
  readonly ended: Promise<string>
  readonly suffix: string
  readonly adminDn: string
  readonly adminPassword: string
  /** An account like the one a real installation gives the provisioner: limits and access rules apply to it. */
  readonly readerDn: string
  readonly readerPassword: string
  /** Only with `tls`. */
  readonly certificate?: Certificate
  /** Ends it and starts it again on the same port with the same data. */
  restart(): Promise<void>
  /** Ends it and keeps its data, for {@link restart}. */
  pause(): Promise<void>
  /** Ends it and removes its data. Stopping twice is harmless. */
  stop(): Promise<void>
}

/** Starts a slapd with the given entries. @throws ProgramMissingError, ServerNotStartedError */
export async function startSlapd(options: SlapdOptions): Promise<SlapdServer> {
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-slapd-'))
  try {
    return await startIn(folder, options)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function startIn(folder: string, options: SlapdOptions): Promise<SlapdServer> {
  const programs = await ensurePrograms(['slapd', 'ldapsearch'])
  const { suffix, overlays = [], tls = false } = options
  const accounts = {
    adminDn: `cn=admin,${suffix}`,
    adminPassword: options.passwords?.admin ?? randomBytes(12).toString('hex'),
    readerDn: `cn=reader,${suffix}`,
    readerPassword: options.passwords?.reader ?? randomBytes(12).toString('hex'),
  }
  const certificate = tls ? await makeCertificate(folder) : undefined
  const config = join(folder, 'slapd.conf')
  await mkdir(join(folder, 'data'))
  const schema = [await posixSchema(options.posix ?? 'nis'), WORKER_SCHEMA, options.schema ?? '']
  await writeFile(join(folder, 'extra.schema'), schema.join('\n'))
  const database = options.database ?? []
  const settings = {
    folder,
    suffix,
    ...accounts,
    overlays,
    database,
    ...(certificate && { certificate }),
  }
  await writeFile(config, slapdConfig(settings))

  const command = await unconfined(programs.slapd, folder)
  const entries = withBaseEntries(suffix, accounts, options.ldif ?? '')
  // slapadd is fast, but overlays do not see what it adds; syncprov looks at it when the server starts
  const byOverlays = overlays.some((name) => name !== 'syncprov')
  if (!byOverlays) await load(command, folder, config, entries)

  const securePort = tls ? await freePort() : 0
  const start = (port: number) => {
    const urls = [
      `ldap://${options.listen?.host ?? '127.0.0.1'}:${port}`,
      ...(tls ? [`ldaps://127.0.0.1:${securePort}`] : []),
    ]
    const probe = () =>
      run(programs.ldapsearch, ['-x', '-H', `ldap://127.0.0.1:${port}`, '-s', 'base', '-b', '']).then(() => true)
    return startProcess({
      name: 'slapd',
      command,
      args: ['-d', '0', '-f', config, '-h', urls.join(' ')],
      port,
      probe,
    })
  }
  const { port, server } = options.listen
    ? { port: options.listen.port, server: await start(options.listen.port) }
    : await startOnFreePort(start)
  const url = `ldap://127.0.0.1:${port}`
  if (byOverlays) await applyLdif({ url, ...accounts }, entries)
  const facts = {
    url,
    secureUrl: tls ? `ldaps://localhost:${securePort}` : '',
    port,
    suffix,
    ...accounts,
  }
  return handle({ ...facts, ...(certificate && { certificate }) }, server, folder, () => start(port))
}

type Facts = Omit<SlapdServer, 'pid' | 'ended' | 'restart' | 'pause' | 'stop' | typeof Symbol.asyncDispose>

function handle(facts: Facts, first: ServerProcess, folder: string, start: () => Promise<ServerProcess>): SlapdServer {
  let server = first
  const stop = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return {
    ...facts,
    get pid() {
      return server.pid
    },
    get ended() {
      return server.ended
    },
    async restart() {
      await server.stop()
      server = await start()
    },
    pause: () => server.stop(),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** The caller's entries, with the suffix's own one before them unless they have it, and the reader's account. */
function withBaseEntries(
  suffix: string,
  reader: Pick<SlapdServer, 'readerDn' | 'readerPassword'>,
  ldif: string,
): string {
  const [, dc = 'example'] = /^dc=([^,]+)/i.exec(suffix) ?? []
  const top = ldifEntry(suffix, { objectClass: ['dcObject', 'organization'], dc, o: dc })
  const hasTop = ldif.toLowerCase().includes(`dn: ${suffix.toLowerCase()}\n`)
  const account = ldifEntry(reader.readerDn, {
    objectClass: ['organizationalRole', 'simpleSecurityObject'],
    cn: 'reader',
    userPassword: reader.readerPassword,
  })
  return `${hasTop ? '' : top}${ldif.trim()}\n\n${account}`
}

async function load(slapd: string, folder: string, config: string, ldif: string): Promise<void> {
  const file = join(folder, 'entries.ldif')
  await writeFile(file, ldif)
  await run(slapd, ['-T', 'add', '-q', '-f', config, '-l', file], { maxBuffer: 16 * 1024 * 1024 })
}

/** Ubuntu's AppArmor keeps slapd out of every folder but its own; its profile goes by the program's path. */
async function unconfined(command: string, folder: string): Promise<string> {
  if (!existsSync('/etc/apparmor.d/usr.sbin.slapd') || !existsSync('/sys/module/apparmor')) return command
  const copy = join(folder, 'slapd')
  await copyFile(command, copy)
  return copy
}
