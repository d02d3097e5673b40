/** A secret, and the reference by which it was given, if it was. */
export interface Secret {
  readonly value: string
  readonly reference?: string
}

export interface DirectoryAnswers {
  readonly url: string
  readonly caFile?: string | undefined
  readonly bindDn?: string | undefined
  readonly bindPassword?: Secret | undefined
}

export interface ZendeskAnswers {
  /** A subdomain, or an address. */
  readonly url: string
  readonly clientId?: Secret | undefined
  readonly clientSecret?: Secret | undefined
}

/** What `init` asks: a person on a terminal, or a file. */
export interface Questions {
  /** Whether an answer that does not work may be asked for again. */
  readonly isPatient: boolean
  connection(): Promise<string>
  /** @param fault why the answers before did not work */
  directory(fault?: string): Promise<DirectoryAnswers>
  /** Undefined where the server shows no naming context and nobody names a base. */
  base(contexts: readonly string[]): Promise<string | undefined>
  /** Undefined where there is no account yet. */
  zendesk(fault?: string): Promise<ZendeskAnswers | undefined>
  redis(): Promise<Secret>
  /** Whether secrets are to be written to `.env`. */
  envFile(names: readonly string[]): Promise<boolean>
}
