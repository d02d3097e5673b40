import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { describePause, type Pause } from '@provisioner/shared/ledger/pauses.ts'

/** Thrown in the place of sending a request while an admin has paused what it is part of. */
export class PausedError extends ProvisioningError {
  override name = 'PausedError' as const
  override readonly code = 'PAUSED' as const

  constructor(pause: Pause) {
    super(`Not sent: ${describePause(pause)}; 'provisioner resume' ends it`)
  }
}
