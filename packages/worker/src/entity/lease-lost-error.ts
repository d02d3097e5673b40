import { ProvisioningError } from '@provisioner/shared/errors.ts'

/** Thrown in the place of sending a request whose entity is somebody else's by now. */
export class LeaseLostError extends ProvisioningError {
  override name = 'LeaseLostError' as const
  override readonly code = 'LEASE_LOST' as const

  /** @param what `user` and its directory id, say */
  constructor(what: string) {
    super(`The lease on ${what} ended before the request could go out`)
  }
}
