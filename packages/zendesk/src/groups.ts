import { z } from 'zod'
import { Id } from './id.ts'
import { readAll, readPages } from './pages.ts'
import type { CallOptions, Sender } from './transport.ts'

/** A group. Names are not known to be unique. */
export const Group = z.looseObject({
  id: Id,
  name: z
    .string()
    .nullish()
    .transform((name) => name ?? ''),
  description: z.string().nullish(),
  default: z.boolean().nullish(),
  deleted: z.boolean().nullish(),
  is_public: z.boolean().nullish(),
  created_at: z.string().nullish(),
})
export type Group = z.infer<typeof Group>

export interface GroupBody {
  readonly name?: string
  readonly description?: string
  readonly is_public?: boolean
}

const GROUPS = '/api/v2/groups'
const OneGroup = z.object({ group: Group })

export type GroupsApi = ReturnType<typeof groupsApi>

export function groupsApi(transport: Sender) {
  return {
    /** Every group that is not deleted, once. Zendesk's cursor runs by name: one renamed meanwhile may be missing. */
    async list(options?: CallOptions): Promise<Group[]> {
      const groups = await readAll(readPages(transport, { path: GROUPS, key: 'groups', item: Group }, options))
      return groups.filter((group) => group.deleted !== true)
    },

    async show(id: number, options?: CallOptions): Promise<Group> {
      return (await transport.send({ method: 'GET', path: `${GROUPS}/${id}`, answer: OneGroup }, options)).group
    },

    /** A repeat makes a second group of the same name: look it up before. */
    async create(group: GroupBody, options?: CallOptions): Promise<Group> {
      return (await transport.send({ method: 'POST', path: GROUPS, body: { group }, answer: OneGroup }, options)).group
    },

    async update(id: number, group: GroupBody, options?: CallOptions): Promise<Group> {
      return (
        await transport.send({ method: 'PUT', path: `${GROUPS}/${id}`, body: { group }, answer: OneGroup }, options)
      ).group
    },

    /** Its memberships go with it. */
    async delete(id: number, options?: CallOptions): Promise<void> {
      await transport.send({ method: 'DELETE', path: `${GROUPS}/${id}` }, options)
    },
  }
}
