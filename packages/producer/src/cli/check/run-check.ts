import { ConfigError, type ConfigMistake } from '@provisioner/shared/config/config-error.ts'
import type { Config } from '@provisioner/shared/config/config.ts'
import { loadConfig } from '@provisioner/shared/config/load-config.ts'
import { serversOf } from '@provisioner/shared/config/redis.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { accountsOf } from '@provisioner/shared/redis.ts'
import { openToLook } from '@provisioner/zendesk/open-to-look.ts'
import { judgeConfig } from '../../judge-config.ts'
import { UnknownConnectionError } from '../unknown-connection-error.ts'
import { lookAtAccount, type KnownAccount } from './check-account.ts'
import { lookAtDirectory } from './check-directory.ts'
import { lookAtRedis } from './check-redis.ts'
import { worstOf, type Finding, type Section } from './finding.ts'
import { gather } from './gather.ts'
import type { DirectorySize } from './memory-needed.ts'

/** Zendesk answers reads within a second or two; an address behind which nobody answers is not waited for longer. */
const REQUEST_TIMEOUT_MS = 15_000

export interface CheckOptions {
  readonly configPath: string
  /** The one that is looked at; undefined for all. */
  readonly connection?: string | undefined
  /** The most that each part may take, ms. */
  readonly deadlineMs: number
  /** Told what is looked at now. */
  readonly note: (what: string) => void
}

/** What a check has found, and its exit code. */
export interface Checked {
  readonly sections: readonly Section[]
  readonly code: 0 | 1 | 2
}

/**
 * Looks at all that a configuration speaks of, and writes nothing, neither to Redis nor to Zendesk. Of Redis it needs
 * none: what one part hides, the others show all the same.
 *
 * @throws UnknownConnectionError
 */
export async function runCheck({ configPath, connection, deadlineMs, note }: CheckOptions): Promise<Checked> {
  const read = await readConfig(configPath)
  if (!read.config) return { sections: [read.section], code: 2 }
  const { config } = read
  const connections = config.connections.filter((one) => connection === undefined || one.id === connection)
  if (connections.length === 0)
    throw new UnknownConnectionError(
      connection ?? '',
      config.connections.map(({ id }) => id),
    )
  // What was found is told by the table; the log has nothing to add.
  const log = createLogger({ name: 'provisioner', level: 'silent' })
  const known = new Map<string, KnownAccount>()
  const sizes = new Map<string, DirectorySize>()
  const zendesk: Section[] = []
  for (const id of accountsOf(connections)) {
    const account = config.accounts[id]!
    note(`Looking at Zendesk, account '${id}'`)
    using opened = openToLook({ config: account, log, requestTimeoutMs: Math.min(REQUEST_TIMEOUT_MS, deadlineMs) })
    const asked = { id, config: account, connections: connections.filter((one) => one.account === id) }
    const look = lookAtAccount(opened, asked, (learned) => known.set(id, learned))
    zendesk.push({ part: 'zendesk', of: id, where: account.url, findings: await gather(look, deadlineMs) })
  }
  const directory: Section[] = []
  for (const one of connections) {
    const { id, account } = one
    note(`Reading the directory of connection '${id}'`)
    const learned = known.get(account)
    const measure = (size: DirectorySize) => void sizes.set(account, sum(sizes.get(account), size))
    const look = lookAtDirectory(one, { ...(learned && { account: learned }), log, measure })
    const findings = await gather(look, deadlineMs)
    directory.push({ part: 'directory', of: id, where: one.directory.urls.join(' '), findings })
  }
  note(`Looking at Redis`)
  const findings = await gather(lookAtRedis(config.redis, accountsOf(connections), sizes), deadlineMs)
  const redis: Section = { part: 'redis', where: serversOf(config.redis), findings }
  const sections = [read.section, ...directory, ...zendesk, redis]
  return { sections, code: worstOf(sections) === 'failed' ? 1 : 0 }
}

function sum(one: DirectorySize = { users: 0, memberships: 0 }, other: DirectorySize): DirectorySize {
  return { users: one.users + other.users, memberships: one.memberships + other.memberships }
}

async function readConfig(path: string): Promise<{ section: Section; config?: Config }> {
  const findings: Finding[] = []
  const section = { part: 'configuration', where: path, findings } as const
  const warn = (one: ConfigMistake) => void findings.push(ofMistake('warning', one))
  try {
    const pathFrom = '--config or PROVISIONER_CONFIG'
    const config = await loadConfig({ path, pathFrom, env: process.env, judge: judgeConfig, warn })
    findings.unshift({ level: 'ok', about: 'file', what: describe(config) })
    return { section, config }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    findings.push(...error.mistakes.map((one) => ofMistake('failed', one)))
    return { section }
  }
}

function describe({ connections, accounts }: Config): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`
  return `${count(connections.length, 'connection')}, ${count(Object.keys(accounts).length, 'account')}, no mistakes`
}

function ofMistake(level: 'warning' | 'failed', { line, column, key, found, allowed }: ConfigMistake): Finding {
  const place = line === undefined ? 'file' : `line ${line}:${column ?? 1}`
  return {
    level,
    about: place,
    what: `${key === '' ? '' : `${key}: `}found ${found}`,
    todo: `Write ${allowed}`,
    code: 'CONFIG_INVALID',
  }
}
