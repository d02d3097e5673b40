/** The base of every error that the product throws for a reason an admin can understand. */
export abstract class ProvisioningError extends Error {
  /** Stable, upper case, for filters and the runbook. */
  abstract readonly code: string
}
