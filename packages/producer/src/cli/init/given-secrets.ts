import { learnSecret } from '@provisioner/shared/known-secrets.ts'
import type { Secret } from './questions.ts'

/** Where a secret is taken from that was given as it is. */
const VARIABLES = {
  redis: 'REDIS_URL',
  bindPassword: 'LDAP_PASSWORD',
  clientId: 'ZENDESK_CLIENT_ID',
  clientSecret: 'ZENDESK_CLIENT_SECRET',
} as const
type Kind = keyof typeof VARIABLES

/** The secrets that were given, and how a configuration names them. */
export class GivenSecrets {
  readonly #taken = new Map<Kind, Secret>()

  take(kind: Kind, secret: Secret | undefined): void {
    this.#taken.delete(kind)
    if (secret === undefined) return
    if (kind !== 'clientId') learnSecret(secret.value)
    this.#taken.set(kind, secret)
  }

  references(): Readonly<Record<Kind, string>> {
    const of = (kind: Kind) => this.#taken.get(kind)?.reference ?? `\${env:${VARIABLES[kind]}}`
    return {
      redis: of('redis'),
      bindPassword: of('bindPassword'),
      clientId: of('clientId'),
      clientSecret: of('clientSecret'),
    }
  }

  /** Variables that were given as they are, with their values. */
  given(): Record<string, string> {
    const plain = [...this.#taken].filter(([, { reference, value }]) => reference === undefined && value !== '')
    return Object.fromEntries(plain.map(([kind, { value }]) => [VARIABLES[kind], value]))
  }

  /** The same, with something in the place of what nobody has given yet. */
  stand(): Record<string, string> {
    return {
      ...Object.fromEntries(Object.values(VARIABLES).map((name) => [name, process.env[name] || STAND_IN[name]!])),
      ...this.given(),
    }
  }

  /** Names of the environment that the configuration takes its secrets from. */
  variables(): string[] {
    const wanted = (Object.keys(VARIABLES) as Kind[]).filter((kind) => kind !== 'bindPassword' || this.#taken.has(kind))
    return wanted.filter((kind) => this.#taken.get(kind)?.reference === undefined).map((kind) => VARIABLES[kind])
  }
}

const STAND_IN: Readonly<Record<string, string>> = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  LDAP_PASSWORD: 'not given yet',
  ZENDESK_CLIENT_ID: 'not given yet',
  ZENDESK_CLIENT_SECRET: 'not given yet',
}
