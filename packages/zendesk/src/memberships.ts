import { z } from 'zod'
import { Id } from './id.ts'
import { JobStatusAnswer, type JobStatus } from './job-statuses.ts'
import { readAll, readPages } from './pages.ts'
import type { CallOptions, Sender } from './transport.ts'

/** An agent's place in a group. */
export const GroupMembership = z.looseObject({
  id: Id,
  user_id: Id,
  group_id: Id,
  default: z.boolean().nullish(),
})
export type GroupMembership = z.infer<typeof GroupMembership>

export interface MembershipBody {
  readonly user_id: number
  readonly group_id: number
  readonly default?: boolean
}

const MEMBERSHIPS = '/api/v2/group_memberships'
const OneMembership = z.object({ group_membership: GroupMembership })

export type MembershipsApi = ReturnType<typeof membershipsApi>

export function membershipsApi(transport: Sender) {
  const pages = (path: string, options?: CallOptions) =>
    readPages(transport, { path, key: 'group_memberships', item: GroupMembership }, options)
  return {
    /** All memberships of the account, by pages of 100. */
    list(options?: CallOptions): AsyncGenerator<GroupMembership[], void, undefined> {
      return pages(MEMBERSHIPS, options)
    },

    ofGroup(groupId: number, options?: CallOptions): Promise<GroupMembership[]> {
      return readAll(pages(`/api/v2/groups/${groupId}/memberships`, options))
    },

    ofUser(userId: number, options?: CallOptions): Promise<GroupMembership[]> {
      return readAll(pages(`/api/v2/users/${userId}/group_memberships`, options))
    },

    async create(membership: MembershipBody, options?: CallOptions): Promise<GroupMembership> {
      const body = { group_membership: membership }
      return (await transport.send({ method: 'POST', path: MEMBERSHIPS, body, answer: OneMembership }, options))
        .group_membership
    },

    /** Makes a membership of the user the default one, in place of another. @returns all of theirs */
    async makeDefault(
      { id, user_id: userId }: Pick<GroupMembership, 'id' | 'user_id'>,
      options?: CallOptions,
    ): Promise<GroupMembership[]> {
      const path = `/api/v2/users/${userId}/group_memberships/${id}/make_default`
      const answer = z.object({ group_memberships: z.array(GroupMembership) })
      return (await transport.send({ method: 'PUT', path, answer }, options)).group_memberships
    },

    async delete(id: number, options?: CallOptions): Promise<void> {
      await transport.send({ method: 'DELETE', path: `${MEMBERSHIPS}/${id}` }, options)
    },

    /** 100 at most. */
    async createMany(memberships: readonly MembershipBody[], options?: CallOptions): Promise<JobStatus> {
      const body = { group_memberships: memberships }
      return (
        await transport.send(
          { method: 'POST', path: `${MEMBERSHIPS}/create_many`, body, answer: JobStatusAnswer },
          options,
        )
      ).job_status
    },

    /** By the memberships' own ids, 100 at most. */
    async destroyMany(ids: readonly number[], options?: CallOptions): Promise<JobStatus> {
      const query = { ids: ids.join(',') }
      return (
        await transport.send(
          { method: 'DELETE', path: `${MEMBERSHIPS}/destroy_many`, query, answer: JobStatusAnswer },
          options,
        )
      ).job_status
    },
  }
}
