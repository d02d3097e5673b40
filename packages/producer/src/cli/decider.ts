import { hostname, userInfo } from 'node:os'
import type { Decider } from '@provisioner/shared/ledger/held-decisions.ts'

/** Who decides by a command: the user that runs it, and the machine it runs on. */
export function deciderOf(reason: string | undefined): Decider {
  const by = `${userInfo().username}@${hostname()}`
  return { by, at: Date.now(), ...(reason !== undefined && { reason }) }
}

/** The same as an event of the history has it, which has a time of its own. */
export function byOf(reason: string | undefined): Omit<Decider, 'at'> {
  const { at: _at, ...by } = deciderOf(reason)
  return by
}
