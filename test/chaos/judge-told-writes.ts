import type { ChangeEvent } from '@provisioner/shared/history/event.ts'
import type { ZendeskSandbox } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import { numbered, writesOf } from './judge-writes.ts'

/**
 * Compares the numbered values that the history says users got with those that Zendesk was sent, by the sandbox's
 * request log. Each that is told was sent, and each that was sent and answered is told.
 *
 * @param isLost whether nobody may have heard the answer to what was sent at that time (ms), or not remember it: what
 *   is sent in its place may be newer, and then it was never recorded
 */
export function toldAndSent(
  { account, requests }: Pick<ZendeskSandbox, 'account' | 'requests'>,
  changes: readonly ChangeEvent[],
  isLost: (at: number) => boolean,
): string[] {
  const ofUsers = changes.filter(({ kind }) => kind === 'user')
  const told = new Set(ofUsers.flatMap(({ id, after }) => valuesOf(id, after)))
  const writes = requests.flatMap((request) => writesOf(request, account)).filter(({ what }) => what.startsWith('user'))
  const sent = new Set(writes.map(({ what, serial }) => `${what}: ${serial}`))
  const untold = writes.filter((one) => one.isAnswered && !isLost(one.at) && !told.has(`${one.what}: ${one.serial}`))
  return [
    ...[...told].filter((one) => !sent.has(one)).map((one) => `tells what nobody sent: ${one}`),
    ...untold.map(({ what, serial, at }) => `does not tell: ${what}: ${serial}, sent ${new Date(at).toISOString()}`),
  ]
}

function valuesOf(id: string, after: ChangeEvent['after']): string[] {
  return numbered(`user ${id}`, after?.attributes ?? {}).map(({ what, serial }) => `${what}: ${serial}`)
}
