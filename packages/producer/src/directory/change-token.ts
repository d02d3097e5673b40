import type { ChangeToken } from '@provisioner/shared/ledger/cycle-state.ts'

/** At the end of a token that may stand for another change soon: the second of the newest one is not over. */
const MAY_CHANGE = '~'

/** The token of content that was seen just now, or long enough ago that no other change bears its time. */
export function coarseToken(by: string, print: string, isOver: boolean): ChangeToken {
  return { by, server: '', value: isOver ? print : `${print}${MAY_CHANGE}` }
}

/** Whether a reader of the content that one token stands for has read the other's content as well. */
export function covers(read: ChangeToken | undefined, token: ChangeToken): boolean {
  if (read?.by !== token.by || read.server !== token.server) return false
  return read.value === token.value || `${read.value}${MAY_CHANGE}` === token.value
}
