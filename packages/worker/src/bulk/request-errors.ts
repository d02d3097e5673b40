import { ZendeskError } from '@provisioner/zendesk/errors.ts'

/**
 * Whether the account has bulk import switched off. A token without the scope says nothing of what the account may do.
 */
export function isBulkImportRefusal(error: unknown): boolean {
  return error instanceof ZendeskError && error.problem.kind === 'forbidden' && !error.problem.scopes
}

/** Whether Zendesk failed, and does not say whether the request took effect. */
export function isFailure(error: unknown): boolean {
  return error instanceof ZendeskError && error.problem.kind === 'unavailable'
}

/** Whether one item may be what all of the batch was refused for. */
export function isRefusedWhole(error: unknown): boolean {
  if (!(error instanceof ZendeskError)) return false
  const { problem } = error
  switch (problem.kind) {
    case 'batch refused':
    case 'invalid':
      return true
    case 'forbidden':
      return !problem.scopes
    case 'rate limited':
      return problem.scope === 'one user'
    default:
      return false
  }
}
