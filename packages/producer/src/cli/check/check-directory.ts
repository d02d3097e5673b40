import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { formatDuration } from '@provisioner/shared/duration.ts'
import { MODIFY_TIMESTAMP } from '@provisioner/shared/directory-profiles/profile.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { lookAtServer } from '../../cycle/server-look.ts'
import type { Directory } from '../../directory/directory.ts'
import { DirectoryBindError, DirectoryUnreachableError } from '../../directory/ldap/errors.ts'
import { openDirectory } from '../../directory/ldap/open-directory.ts'
import { describeLdapError } from '../../directory/ldap/result-names.ts'
import type { Log } from '../../directory/ldap/settings.ts'
import type { KnownAccount } from './check-account.ts'
import { lookAtGroups } from './check-groups.ts'
import { lookAtPeople } from './check-people.ts'
import { ofError, ofProblem, type Finding, type Tell } from './finding.ts'
import type { Look } from './gather.ts'
import type { DirectorySize } from './memory-needed.ts'

/**
 * Looks at the directory of a connection by reading all of it: its servers and the bind, each location, the groups, and
 * what the mapping makes of the people.
 *
 * @param account what was learned of Zendesk; undefined where it can't be told
 * @param measure told how many users and memberships Zendesk gets of it
 */
export function lookAtDirectory(
  connection: ConnectionConfig,
  { account, log, measure }: { account?: KnownAccount; log: Logger; measure: (size: DirectorySize) => void },
): Look {
  return async (signal, tell) => {
    if (!(await serversAnswer(connection, signal, tell)))
      return tell({ level: 'unknown', about: 'entries', what: 'Not looked at, since no server answers' })
    const warnings: string[] = []
    const heard: Log = { debug: () => {}, warn: (_data, message) => void warnings.push(message) }
    await using directory = openDirectory(connection.directory, { log: heard })
    tell(...warnings.map(openDoor), await followed(directory, connection, signal))
    const groups = await lookAtGroups(directory, connection, signal, tell)
    const size = await lookAtPeople({ directory, connection, groups, account, log }, signal, tell)
    if (size !== undefined) measure(size)
  }
}

function openDoor(message: string): Finding {
  const what = `${message[0]!.toUpperCase()}${message.slice(1)}`
  return { level: 'warning', about: 'encryption', what }
}

/** Whether one of the servers lets us in. Each is asked; none after a refusal of the bind, which might lock it. */
async function serversAnswer(connection: ConnectionConfig, signal: AbortSignal, tell: Tell): Promise<boolean> {
  const { urls, bindDn, tls } = connection.directory
  const quiet: Log = { debug: () => {}, warn: () => {} }
  const away: Finding[] = []
  let isAnswered = false
  for (const url of urls) {
    await using directory = openDirectory({ ...connection.directory, urls: [url] }, { log: quiet })
    try {
      const { server, problems } = await lookAtServer(directory, connection, signal)
      const who = bindDn ?? (tls.certFile === undefined ? 'nobody (an anonymous bind)' : `the owner of ${tls.certFile}`)
      tell({ level: 'ok', about: 'server', what: `${server?.name ?? 'It hides what it is'}, ${url}, bound as ${who}` })
      if (!isAnswered) tell(...problems.map((one) => ofProblem('warning', 'type', one)))
      isAnswered = true
    } catch (error) {
      if (error instanceof DirectoryBindError) {
        tell(ofError('bind', error))
        return false
      }
      if (!(error instanceof DirectoryUnreachableError)) throw error
      away.push(...error.servers.map((one) => unreachable(one)))
    }
  }
  tell(...away.map((one): Finding => ({ ...one, level: isAnswered ? 'warning' : 'failed' })))
  return isAnswered
}

function unreachable({ url, error, advice }: DirectoryUnreachableError['servers'][number]): Finding {
  const what = `${url} can't be reached: ${describeLdapError(error)}`
  return { level: 'failed', about: 'server', what, ...(advice && { todo: advice }), code: 'DIRECTORY_UNREACHABLE' }
}

/** How changes are noticed: by a change token, or by the schedule alone. */
async function followed(
  directory: Directory,
  { schedule, users, groups }: ConnectionConfig,
  signal: AbortSignal,
): Promise<Finding> {
  const about = 'changes'
  const every = formatDuration(schedule.every)
  if (schedule.watch === false)
    return { level: 'ok', about, what: `Found by the schedule alone, every ${every} (schedule.watch: false)` }
  const bases = [...users.locations, ...(groups?.locations ?? [])].map(({ base }) => base)
  const token = await directory.changeToken(bases, signal)
  if (token === undefined)
    return { level: 'unknown', about, what: 'The server did not say whether it has a change token' }
  if (token === 'none')
    return {
      level: 'warning',
      about,
      what: `The server shows no change token: changes are found by the schedule alone, every ${every}`,
      todo: 'Let the bind DN read what docs/directories.md names for this server',
    }
  const missing = token.by === MODIFY_TIMESTAMP.attribute ? `; deletions are found by the schedule, every ${every}` : ''
  return { level: 'ok', about, what: `Followed within seconds by ${token.by}${missing}` }
}
