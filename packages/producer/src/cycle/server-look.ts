import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { ReadServer } from '@provisioner/shared/ledger/cycle-state.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Directory } from '../directory/directory.ts'
import { unfitType } from '../directory/unfit-type.ts'

type Connection = Pick<ConnectionConfig, 'id' | 'directory'>

/** Which server answers, and what speaks against reading it as it is configured. */
export interface SeenServer {
  /** undefined where it does not show what it is */
  readonly server: ReadServer | undefined
  readonly problems: readonly Problem[]
}

/** @throws as {@link Directory.server} */
export async function lookAtServer(
  directory: Pick<Directory, 'server'>,
  { id, directory: config }: Connection,
  signal: AbortSignal,
): Promise<SeenServer> {
  const found = await directory.server(signal)
  if (found === undefined) return { server: undefined, problems: [] }
  const { url, name } = found
  const unfit = unfitType(config, found)
  if (unfit === undefined) return { server: { url, name }, problems: [] }
  const about = { code: 'DIRECTORY_TYPE_UNFIT', subject: 'connection' as const, id: `${id}.directory.type` }
  return { server: { url, name, unfit: `${unfit.what}. ${unfit.todo}` }, problems: [{ ...about, ...unfit }] }
}

/** Finds out which server answers, and says so when it is another one than before. */
export class ServerLook {
  readonly #directory: Pick<Directory, 'server'>
  readonly #connection: Connection
  readonly #log: Pick<Logger, 'info'>
  #said = ''

  constructor(directory: Pick<Directory, 'server'>, connection: Connection, log: Pick<Logger, 'info'>) {
    this.#directory = directory
    this.#connection = connection
    this.#log = log
  }

  /** @throws as {@link Directory.server} */
  async look(signal: AbortSignal): Promise<SeenServer> {
    const seen = await lookAtServer(this.#directory, this.#connection, signal)
    if (seen.server !== undefined && this.#said !== `${seen.server.url} ${seen.server.name}`) {
      this.#said = `${seen.server.url} ${seen.server.name}`
      this.#log.info({ url: seen.server.url, server: seen.server.name }, 'Directory found')
    }
    return seen
  }
}
