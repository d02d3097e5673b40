import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { WAITS } from '@provisioner/shared/retry-policy.ts'
import type { OpenJob } from '../entity/open-job.ts'
import type { Outcome } from '../outcome.ts'
import type { Needs } from '../ports.ts'
import { freeAddress } from './free-address.ts'
import { rejected } from './plain-outcome.ts'

/** The advice for an address that somebody has who is linked to no other entry. */
const REMOVE_IT = 'Remove the address there, or change it in the directory'

/** Somebody else has the address: it is freed if the directory gave them another one, and the job comes again. */
export async function addressTaken(
  ports: Needs<'ledger' | 'records' | 'zendesk' | 'settings' | 'account'>,
  job: OpenJob<UserRecord>,
  email: string,
): Promise<Outcome> {
  const freed = await freeAddress(ports, job, email)
  switch (freed.status) {
    case 'freed':
      return {
        status: 'later',
        why: `'${email}' was freed of another user; it is given to this one next`,
        ms: WAITS.atOnceMs,
      }
    case 'wait':
      return { status: 'later', why: freed.why, ms: freed.ms }
    case 'hidden':
      return { status: 'retry', why: freed.why, afterMs: WAITS.searchIndexMs }
    case 'taken':
      return rejected(freed.code, freed.why, freed.todo ?? REMOVE_IT, freed.inTheWay)
    default:
      throw new TypeError(`No outcome for ${JSON.stringify(freed satisfies never)}`)
  }
}
