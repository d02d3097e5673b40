import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import type { ReadServer } from '@provisioner/shared/ledger/cycle-state.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { Directory } from '../directory/directory.ts'
import { unfitType } from '../directory/unfit-type.ts'

/** Finds out which server answers, and says so when it is another one than before. */
export class ServerLook {
  readonly #directory: Directory
  readonly #config: DirectoryConfig
  readonly #log: Pick<Logger, 'info' | 'warn'>
  #said = ''

  constructor(directory: Directory, config: DirectoryConfig, log: Pick<Logger, 'info' | 'warn'>) {
    this.#directory = directory
    this.#config = config
    this.#log = log
  }

  /** undefined where it does not show what it is. @throws as {@link Directory.server} */
  async look(signal: AbortSignal): Promise<ReadServer | undefined> {
    const server = await this.#directory.server(signal)
    if (server === undefined) return undefined
    const { url, name } = server
    const unfit = unfitType(this.#config, server)
    if (this.#said !== `${url} ${name}`) {
      this.#said = `${url} ${name}`
      this.#log.info({ url, server: name }, 'Directory found')
      if (unfit !== undefined) this.#log.warn({ code: 'DIRECTORY_TYPE_UNFIT', url }, unfit)
    }
    return { url, name, ...(unfit !== undefined && { unfit }) }
  }
}
