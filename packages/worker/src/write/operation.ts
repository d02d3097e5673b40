import type { OutstandingWrite } from '@provisioner/shared/ledger/outstanding-write.ts'
import type { AppliedMembership, MembershipRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { JobStatus } from '@provisioner/zendesk/job-statuses.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { PreparedWrite } from '../entity/prepared-write.ts'
import type { Needs } from '../ports.ts'

/**
 * One of Zendesk's writes, as a call for one object and a call for up to 100. Sending, judging, giving back and
 * recording stand once, for all of them: `send-alone.ts`, `bulk/send-together.ts` and `remedies/remedy-table.ts`.
 */
export interface Operation<W extends PreparedWrite = PreparedWrite> {
  readonly call: OutstandingWrite['call']
  /** Of a write that succeeded, for the audit line. */
  readonly what: string
  /** Whether the object is gone afterwards. */
  readonly deletes: boolean
  /** Writes one. Returns Zendesk's id where the answer tells it; null when the object is gone. */
  alone(write: W, options: CallOptions): Promise<number | null>
  /** Writes several. */
  together(writes: readonly W[], options: CallOptions): Promise<JobStatus>
}

export type UserPrepared = PreparedWrite<UserRecord>
export type MembershipPrepared = PreparedWrite<MembershipRecord>

/** What an operation's successes are called, whoever settles them. */
export const WHAT = {
  'users create': 'created',
  'users update': 'updated',
  'users delete': 'deleted',
  'memberships create': 'added',
  'memberships delete': 'removed',
} as const satisfies Record<OutstandingWrite['call'], string>

export function userCreation({
  zendesk,
  settings,
  bulk,
}: Needs<'zendesk' | 'settings' | 'bulk'>): Operation<UserPrepared> {
  const welcome = settings.verificationMail
  return {
    call: 'users create',
    what: WHAT['users create'],
    deletes: false,
    alone: async ({ body }, options) => (await zendesk.users.create(body, { ...options, welcome })).id,
    together: async (writes, options) => {
      const bodies = writes.map(({ body }) => body)
      const status = await zendesk.users.createMany(bodies, { ...options, welcome })
      await bulk.bulkImport.accept()
      return status
    },
  }
}

/** Everything of a user but the address, which `change-email.ts` changes. */
export function userUpdate({ zendesk }: Needs<'zendesk'>): Operation<UserPrepared> {
  return {
    call: 'users update',
    what: WHAT['users update'],
    deletes: false,
    alone: async ({ job, body }, options) => {
      await zendesk.users.update(idOf(job), body, options)
      return idOf(job)
    },
    together: (writes, options) =>
      zendesk.users.updateMany(
        writes.map(({ job, body }) => ({ id: idOf(job), ...body })),
        options,
      ),
  }
}

export function userDeletion({ zendesk }: Needs<'zendesk'>): Operation<UserPrepared> {
  return {
    call: 'users delete',
    what: WHAT['users delete'],
    deletes: true,
    alone: async ({ job }, options) => {
      await zendesk.users.delete(idOf(job), options)
      return null
    },
    together: (writes, options) =>
      zendesk.users.destroyMany(
        writes.map(({ job }) => idOf(job)),
        options,
      ),
  }
}

export function memberAddition({ zendesk }: Needs<'zendesk'>): Operation<MembershipPrepared> {
  const bodyOf = ({ applied, body }: MembershipPrepared) => {
    const { userZendeskId, groupZendeskId } = applied as AppliedMembership
    const asDefault = body['default'] === true && { default: true }
    return { user_id: userZendeskId, group_id: groupZendeskId, ...asDefault }
  }
  return {
    call: 'memberships create',
    what: WHAT['memberships create'],
    deletes: false,
    alone: async (write, options) => (await zendesk.memberships.create(bodyOf(write), options)).id,
    together: (writes, options) => zendesk.memberships.createMany(writes.map(bodyOf), options),
  }
}

export function memberRemoval({ zendesk }: Needs<'zendesk'>): Operation<MembershipPrepared> {
  return {
    call: 'memberships delete',
    what: WHAT['memberships delete'],
    deletes: false,
    alone: async ({ job }, options) => {
      await zendesk.memberships.delete(idOf(job), { ...options, purpose: 'removal' })
      return null
    },
    together: (writes, options) =>
      zendesk.memberships.destroyMany(
        writes.map(({ job }) => idOf(job)),
        options,
      ),
  }
}

/** Of an object that is linked, as all are that are updated or deleted. */
function idOf({ record }: { readonly record: { readonly zendeskId: number | null } }): number {
  return record.zendeskId!
}
