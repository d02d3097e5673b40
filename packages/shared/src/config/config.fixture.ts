import { readFileSync } from 'node:fs'
import { ConfigError } from './config-error.ts'
import { parseConfig } from './load-config.ts'

/** What the example asks of its environment. */
export const env = {
  REDIS_URL: 'redis://localhost:6379',
  LDAP_PASSWORD: 'bind-secret',
  ZENDESK_CLIENT_ID: 'provisioner',
  ZENDESK_CLIENT_SECRET: 'hush-hush',
}

/** The example at the root of the repository. */
export const example = readFileSync(new URL('../../../../provisioner.example.yaml', import.meta.url), 'utf8')

/** The example with some of its text replaced. */
export function changed(...replacements: readonly (readonly [from: string, to: string])[]): string {
  return replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The example has no '${from}'`)
    return text.replace(from, () => to)
  }, example)
}

/** The error that a configuration is refused with. */
export function mistakesOf(text: string, environment: Readonly<Record<string, string>> = env): ConfigError {
  try {
    parseConfig(text, { path: 'provisioner.yaml', env: environment })
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('The configuration was accepted')
}
