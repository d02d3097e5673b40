import { ProvisioningError } from '@provisioner/shared/errors.ts'

/** One thing in the mapping that can never work. */
export interface MappingMistake {
  /** Zendesk's attribute: `notes`, `user_fields.cost_center`. */
  readonly attribute: string
  /** The key of its mapping that is at fault: `['byGroup', 'cn=agents,dc=acme']`; the whole when it is not there. */
  readonly key?: readonly string[]
  /** Counted from 1, in characters of the expression. */
  readonly position?: number
  readonly what: string
}

/** Thrown at the start, with all mistakes at once, when a connection's mapping can never work. */
export class MappingConfigError extends ProvisioningError {
  override name = 'MappingConfigError' as const
  override readonly code = 'MAPPING_CONFIG' as const
  readonly mistakes: readonly MappingMistake[]

  constructor(mistakes: readonly MappingMistake[]) {
    super(`users.map cannot be used; correct it in the configuration:\n${mistakes.map(line).join('\n')}`)
    this.mistakes = mistakes
  }
}

function line({ attribute, position, what }: MappingMistake): string {
  return `  ${attribute}${position === undefined ? '' : `, character ${position} of the expression`}: ${what}`
}
