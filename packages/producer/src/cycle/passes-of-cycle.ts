import { ProvisioningError } from '@provisioner/shared/errors.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { countBy } from './cycle-plan.ts'
import type { Enactment } from './enactment.ts'
import type { Passes } from './plan-in-passes.ts'

/** What the passes of a cycle release while Zendesk is looked at. */
export function passesOf(enactment: Enactment, log: Logger): Passes {
  return {
    release: async (plan) => {
      await enactment.enact(plan, { full: false })
      const released = countBy(plan.released, (change) => change.operation)
      if (plan.released.length > 0) log.info({ released }, 'Released before Zendesk has answered')
    },
    failed: (error) => {
      const code = error instanceof ProvisioningError ? error.code : 'CYCLE_FAILED'
      log.warn({ code, err: error }, 'Directory not read again while Zendesk is looked at')
    },
  }
}
