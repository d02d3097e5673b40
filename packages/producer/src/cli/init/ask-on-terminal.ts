import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import type { DirectoryAnswers, Questions, Secret, ZendeskAnswers } from './questions.ts'

/** Thrown when somebody leaves without an answer. */
export class LeftWithoutAnswerError extends ProvisioningError {
  override name = 'LeftWithoutAnswerError' as const
  override readonly code = 'LEFT_WITHOUT_ANSWER' as const

  constructor() {
    super('Nothing was written')
  }
}

/** Where there is no account yet. */
const NONE = '-'

/** Asks on a terminal; each question has its default in brackets, and secrets are not echoed. */
export class TerminalQuestions implements Questions, Disposable {
  readonly isPatient = true
  readonly #env: NodeJS.ProcessEnv
  readonly #screen = new Screen()
  readonly #terminal: Interface
  #directory: DirectoryAnswers = { url: 'ldap://localhost' }
  #zendesk: ZendeskAnswers = { url: '' }

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env
    this.#terminal = createInterface({ input: process.stdin, output: this.#screen, terminal: true })
  }

  async connection(): Promise<string> {
    return 'staff'
  }

  async directory(fault?: string): Promise<DirectoryAnswers> {
    if (fault !== undefined) this.#say(fault)
    const before = this.#directory
    const url = await this.#ask('Directory, as in ldaps://ldap.acme.com', before.url)
    const wantsCa = fault !== undefined && /tls\.caFile/.test(fault)
    const caFile = wantsCa
      ? await this.#ask("PEM file with its authority's certificate", before.caFile ?? '')
      : before.caFile
    const bindDn = await this.#ask('Bind DN, empty for an anonymous bind', before.bindDn ?? '')
    const bindPassword = bindDn === '' ? undefined : await this.#secret('Its password', 'LDAP_PASSWORD')
    this.#directory = { url, caFile: caFile || undefined, bindDn: bindDn || undefined, bindPassword }
    return this.#directory
  }

  async base(contexts: readonly string[]): Promise<string | undefined> {
    if (contexts.length === 1) return contexts[0]
    if (contexts.length > 1) this.#say(`The server has ${contexts.join('  ')}`)
    return (await this.#ask('Base, below which people and groups are', contexts[0] ?? '')) || undefined
  }

  async zendesk(fault?: string): Promise<ZendeskAnswers | undefined> {
    if (fault !== undefined) this.#say(fault)
    const url = await this.#ask(`Zendesk subdomain or address, ${NONE} for none yet`, this.#zendesk.url || NONE)
    if (url === NONE) return undefined
    const clientId = await this.#open("OAuth client's identifier", 'ZENDESK_CLIENT_ID')
    const clientSecret = await this.#secret("OAuth client's secret", 'ZENDESK_CLIENT_SECRET')
    return (this.#zendesk = { url, clientId, clientSecret })
  }

  async redis(): Promise<Secret> {
    return { value: await this.#ask('Redis', this.#env['REDIS_URL'] || 'redis://127.0.0.1:6379') }
  }

  async envFile(names: readonly string[]): Promise<boolean> {
    return /^y(es)?$/i.test(await this.#ask(`Write ${names.join(', ')} to .env? y or n`, 'n'))
  }

  [Symbol.dispose](): void {
    this.#terminal.close()
  }

  #say(text: string): void {
    process.stdout.write(`${text}\n`)
  }

  async #ask(question: string, otherwise: string): Promise<string> {
    return (await this.#read(`${question} [${otherwise}]: `)).trim() || otherwise
  }

  async #open(question: string, name: string): Promise<Secret> {
    return { value: await this.#ask(question, this.#env[name] ?? '') }
  }

  async #secret(question: string, name: string): Promise<Secret> {
    const known = this.#env[name]
    const asked = this.#read(`${question} [${known ? `that of ${name}` : ''}]: `)
    this.#screen.isMuted = true
    const answer = await asked.finally(() => (this.#screen.isMuted = false))
    this.#say('')
    return { value: answer || (known ?? '') }
  }

  async #read(prompt: string): Promise<string> {
    return await this.#terminal.question(prompt).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ABORT_ERR' ? new LeftWithoutAnswerError() : error
    })
  }
}

/** The terminal, on which what is typed can be kept from showing. */
class Screen extends Writable {
  isMuted = false

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (!this.isMuted) process.stdout.write(chunk)
    done()
  }
}
