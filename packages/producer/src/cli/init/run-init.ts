import { access, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseConfig } from '@provisioner/shared/config/load-config.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { judgeConfig } from '../../judge-config.ts'
import { CommandLineError } from '../command-line-error.ts'
import { signInFault } from '../check/sign-in.ts'
import { composeConfig, type Found } from './compose-config.ts'
import { addToEnv } from './env-lines.ts'
import { GivenSecrets } from './given-secrets.ts'
import type { Questions, ZendeskAnswers } from './questions.ts'
import { meetServer, NoContextError, surveyDirectory } from './survey-directory.ts'
import { surveyZendesk, type ZendeskSurvey } from './survey-zendesk.ts'
import { count } from './yaml-text.ts'

/** The most that looking at the directory may take, ms: all of it is read. */
const SURVEY_MS = 10 * 60_000

/** Thrown where a file would be replaced that somebody may have worked on. */
export class ConfigExistsError extends CommandLineError {
  override name = 'ConfigExistsError' as const
  override readonly code = 'CONFIG_EXISTS' as const

  constructor(path: string) {
    super(`${path} is there already: say --force to replace it, or name another file with --config`)
  }
}

/** Thrown where there is neither a terminal nor a file of answers. */
export class NobodyToAskError extends CommandLineError {
  override name = 'NobodyToAskError' as const
  override readonly code = 'NOBODY_TO_ASK' as const

  constructor() {
    super(
      'There is no terminal to ask on, or --json, which asks nothing: give the answers with --answers FILE, see provisioner init --help',
    )
  }
}

/** Thrown where Zendesk can't be looked at, and nobody can be asked again. */
export class ZendeskNotSeenError extends ProvisioningError {
  override name = 'ZendeskNotSeenError' as const
  override readonly code = 'ZENDESK_NOT_SEEN' as const

  constructor({ what, todo }: { what: string; todo?: string }, cause: unknown) {
    super(`${what} ${todo}, or say --no-zendesk to go on without`, { cause })
  }
}

export interface InitOptions {
  /** The file to write. */
  readonly path: string
  readonly questions: Questions
  readonly force: boolean
  /** False: Zendesk is not looked at. */
  readonly looksAtZendesk: boolean
  readonly print: (text: string) => void
}

/** What was written, and which environment variables the configuration names that nobody has set yet. */
export interface Written {
  readonly file: string
  /** Names of the secrets that went to `.env`. */
  readonly env: readonly string[]
  readonly unset: readonly string[]
}

/**
 * Asks, looks at directory and Zendesk, and writes a configuration of what it found. Nothing is written before that is
 * known to be valid, and nothing but that file and, if it is wanted, `.env` in the working directory.
 *
 * @throws ConfigExistsError, and whatever keeps the directory or Zendesk from being looked at
 */
export async function runInit({ path, questions, force, looksAtZendesk, print }: InitOptions): Promise<Written> {
  if (!force && (await isThere(path))) throw new ConfigExistsError(path)
  const signal = AbortSignal.timeout(SURVEY_MS)
  const connection = await questions.connection()
  const secrets = new GivenSecrets()
  const directory = await askForDirectory(questions, secrets, signal, print)
  const zendesk = await askForZendesk(questions, secrets, { signal, looks: looksAtZendesk, print })
  secrets.take('redis', await questions.redis())

  const found: Found = {
    ...{ connection, account: accountOf(zendesk.url), directory, zendesk },
    references: secrets.references(),
    day: new Date().toISOString().slice(0, 10),
  }
  const text = composeConfig(found)
  const given = secrets.given()
  parseConfig(text, { path, env: { ...process.env, ...secrets.stand() }, judge: judgeConfig })
  const names = Object.keys(given)
  const toEnv =
    names.length > 0 && (await questions.envFile(names)) ? await addToEnv(join(process.cwd(), '.env'), given) : []
  await replace(path, text)
  print(`Written: ${path}${toEnv.length > 0 ? `, and ${toEnv.join(', ')} to .env` : ''}`)
  const unset = secrets.variables().filter((name) => !process.env[name] && !toEnv.includes(name))
  if (unset.length > 0) print(`Set ${unset.join(', ')} in the environment or in .env`)
  print('Next: provisioner check')
  return { file: path, env: toEnv, unset }
}

async function askForDirectory(
  questions: Questions,
  secrets: GivenSecrets,
  signal: AbortSignal,
  print: (text: string) => void,
): Promise<Found['directory']> {
  let fault: string | undefined
  for (;;) {
    const { bindPassword: password, ...asked } = await questions.directory(fault)
    if (asked.bindDn !== undefined) secrets.take('bindPassword', password)
    const reach = { ...asked, bindPassword: password?.value ?? '' }
    try {
      const server = await meetServer(reach, signal)
      const base = await questions.base(server.contexts)
      if (base === undefined) throw new NoContextError(asked.url)
      print(`Reading ${server.name} below ${base} …`)
      const survey = await surveyDirectory(reach, server.type, base, signal)
      const { people, groups } = survey
      print(
        `  ${count(people.count)} people, ${count(people.disabled)} of them disabled; ${count(groups.count)} groups`,
      )
      return { ...asked, base, server, survey }
    } catch (error) {
      if (!questions.isPatient || !(error instanceof ProvisioningError)) throw error
      fault = error.message
    }
  }
}

async function askForZendesk(
  questions: Questions,
  secrets: GivenSecrets,
  { signal, looks, print }: { signal: AbortSignal; looks: boolean; print: (text: string) => void },
): Promise<Found['zendesk']> {
  let fault: string | undefined
  for (;;) {
    const answers = await questions.zendesk(fault)
    const url = urlOf(answers)
    secrets.take('clientId', answers?.clientId)
    secrets.take('clientSecret', answers?.clientSecret)
    if (!looks || answers === undefined) return { url, survey: undefined }
    const auth = { clientId: answers.clientId?.value ?? '', clientSecret: answers.clientSecret?.value ?? '' }
    try {
      const survey = await surveyZendesk({ url, auth }, createLogger({ name: 'provisioner', level: 'silent' }), signal)
      print(`  ${url}: ${describe(survey)}`)
      return { url, survey }
    } catch (error) {
      const told = signInFault(accountOf(url), { url, auth, reserve: 0, protect: [] }, error)
      if (told === undefined) throw error
      if (!questions.isPatient) throw new ZendeskNotSeenError(told, error)
      fault = told.what
    }
  }
}

function describe({ customRoles, brands, userFields }: ZendeskSurvey): string {
  const some = (things: readonly unknown[], name: string) => `${things.length} ${name}${things.length === 1 ? '' : 's'}`
  return [some(customRoles, 'custom role'), some(brands, 'brand'), some(userFields, 'user field')].join(', ')
}

/** `acme` stands for `https://acme.zendesk.com`. */
function urlOf(answers: ZendeskAnswers | undefined): string {
  const text = answers?.url.trim() ?? 'acme'
  if (/^[a-z0-9-]+$/i.test(text)) return `https://${text}.zendesk.com`
  return (/^https?:\/\//i.test(text) ? text : `https://${text}`).replace(/\/+$/, '')
}

/** What the account is called here: its subdomain. */
function accountOf(url: string): string {
  const [label = ''] = URL.canParse(url) ? new URL(url).hostname.split('.') : []
  return /^[a-z][a-z0-9-]{0,39}$/.test(label) ? label : 'acme'
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** Whole or not at all. */
async function replace(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}`
  try {
    await writeFile(beside, text, { flag: 'wx' })
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
