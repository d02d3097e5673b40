import { withoutSecrets } from './known-secrets.ts'

/**
 * The base of every error that the product throws for a reason an admin can understand. Its message may quote what
 * others said, and never holds a secret.
 */
export abstract class ProvisioningError extends Error {
  /** Stable, upper case, for filters and the runbook. */
  abstract readonly code: string

  constructor(message: string, options?: ErrorOptions) {
    super(withoutSecrets(message), options)
  }
}
