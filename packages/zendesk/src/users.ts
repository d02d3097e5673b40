import { z } from 'zod'
import { Id } from './id.ts'
import { identitiesApi } from './identities.ts'
import { JobStatusAnswer, type JobStatus } from './job-statuses.ts'
import { withoutMail } from './no-mail.ts'
import { readAll, readPages } from './pages.ts'
import type { CallOptions, Sender } from './transport.ts'
import type { UserBody } from './user-body.ts'

const MaybeText = z.string().nullish()
const MaybeId = Id.nullish()

/** A user as Zendesk tells it; attributes that are not named here are kept as they come. */
export const User = z.looseObject({
  id: Id,
  name: MaybeText,
  email: MaybeText,
  external_id: MaybeText,
  role: MaybeText,
  custom_role_id: MaybeId,
  role_type: z.number().nullish(),
  active: z.boolean().nullish(),
  suspended: z.boolean().nullish(),
  created_at: MaybeText,
  last_login_at: MaybeText,
  verified: z.boolean().nullish(),
  organization_id: MaybeId,
  default_group_id: MaybeId,
  tags: z.array(z.string()).nullish(),
  user_fields: z.record(z.string(), z.unknown()).nullish(),
})
export type User = z.infer<typeof User>

/** Who the credentials belong to. Zendesk answers an anonymous user, `id: null`, to absent ones. */
export const CurrentUser = z.looseObject({
  id: Id.nullable(),
  name: MaybeText,
  email: MaybeText,
  role: MaybeText,
})
export type CurrentUser = z.infer<typeof CurrentUser>

/** Options of a creation. Whatever else is written of users mails nobody, see {@link withoutMail}. */
export interface CreateOptions extends CallOptions {
  /** Lets Zendesk send its welcome mail. */
  readonly welcome?: boolean
}

/** Either ids or external ids, 100 at most. */
export type UserKeys = { readonly ids: readonly number[] } | { readonly externalIds: readonly string[] }

const USERS = '/api/v2/users'
/** An exact address finds its owner first; more than this many others are no sign of anything. */
const MOST_LIKE_ADDRESSES = 5
const OneUser = z.object({ user: User })
const Created = z.object({ user: z.object({ id: Id }) })
const Users = z.object({ users: z.array(User) })
const Count = z.object({ count: z.object({ value: z.number() }) })

export type UsersApi = ReturnType<typeof usersApi>

export function usersApi(transport: Sender) {
  return {
    async me(options?: CallOptions): Promise<CurrentUser> {
      const { user } = await transport.send(
        { method: 'GET', path: `${USERS}/me`, answer: z.object({ user: CurrentUser }) },
        options,
      )
      return user
    },

    /** All users that are not deleted, by pages of 100. */
    list(options?: CallOptions): AsyncGenerator<User[], void, undefined> {
      return readPages(transport, { path: USERS, key: 'users', item: User }, options)
    },

    /** Admins who can sign in. Zendesk filters the list; each is looked at all the same. */
    async activeAdmins(options?: CallOptions): Promise<User[]> {
      const query = { role: 'admin' }
      const users = await readAll(readPages(transport, { path: USERS, key: 'users', item: User, query }, options))
      return users.filter((user) => user.role === 'admin' && user.active !== false && user.suspended !== true)
    },

    /**
     * Agents and admins, suspended ones included. Zendesk filters by one role at a time; each is looked at all the
     * same.
     */
    async team(options?: CallOptions): Promise<User[]> {
      const of = async (role: string) =>
        (
          await readAll(readPages(transport, { path: USERS, key: 'users', item: User, query: { role } }, options))
        ).filter((user) => user.role === role)
      return [...(await of('agent')), ...(await of('admin'))]
    },

    /** How many users there are. Zendesk counts large accounts once a day. */
    async count(options?: CallOptions): Promise<number> {
      const { count } = await transport.send({ method: 'GET', path: `${USERS}/count`, answer: Count }, options)
      return count.value
    },

    /** A deleted user is found as well, with `active: false`. */
    async show(id: number, options?: CallOptions): Promise<User> {
      const { user } = await transport.send({ method: 'GET', path: `${USERS}/${id}`, answer: OneUser }, options)
      return user
    },

    /**
     * Sorted by id, not in the order asked for; who is deleted or unknown is left out. An external id must have no
     * comma.
     */
    async showMany(keys: UserKeys, options?: CallOptions): Promise<User[]> {
      const query: Record<string, string> =
        'ids' in keys ? { ids: keys.ids.join(',') } : { external_ids: keys.externalIds.join(',') }
      if (Object.values(query)[0] === '') return []
      const { users } = await transport.send(
        { method: 'GET', path: `${USERS}/show_many`, query, answer: Users },
        options,
      )
      return users
    },

    /**
     * Users of exactly this email or external id, whatever the case. Zendesk's index may lag minutes behind writes. It
     * may also give users of a like address; whoever has this one only as a secondary identity is known by those, which
     * are asked for when nobody has it as the primary one.
     */
    async search(
      key: { readonly email: string } | { readonly externalId: string },
      options?: CallOptions,
    ): Promise<User[]> {
      const wanted: Record<string, string> =
        'email' in key ? { query: `email:"${key.email}"` } : { external_id: key.externalId }
      const query = { ...wanted, per_page: '100' }
      const { users } = await transport.send({ method: 'GET', path: `${USERS}/search`, query, answer: Users }, options)
      if (!('email' in key)) return users.filter((user) => same(user.external_id, key.externalId))
      const primary = users.filter((user) => same(user.email, key.email))
      if (primary.length > 0) return primary
      for (const user of users.slice(0, MOST_LIKE_ADDRESSES)) {
        const identities = await identitiesApi(transport).list(user.id, { ...options, prepaid: false })
        if (identities.some((identity) => identity.type === 'email' && same(identity.value, key.email))) return [user]
      }
      return []
    },

    async create(user: UserBody, { welcome, ...options }: CreateOptions = {}): Promise<Pick<User, 'id'>> {
      const body = { user: withoutMail('create user', user, welcome) }
      return (await transport.send({ method: 'POST', path: USERS, body, answer: Created }, options)).user
    },

    /** One a second in the whole account, five a minute for each user: use `updateMany` where there are more. */
    async update(id: number, user: UserBody, options?: CallOptions): Promise<User> {
      const updated = await transport.send(
        {
          method: 'PUT',
          path: `${USERS}/${id}`,
          body: { user: withoutMail('update user', user) },
          answer: OneUser,
          singleUserWrite: id,
        },
        options,
      )
      return updated.user
    },

    /** 100 at most. Forbidden until Zendesk Support has switched on bulk user import for the account. */
    async createMany(users: readonly UserBody[], { welcome, ...options }: CreateOptions = {}): Promise<JobStatus> {
      return (
        await transport.send(
          {
            method: 'POST',
            path: `${USERS}/create_many`,
            body: { users: users.map((user) => withoutMail('create user', user, welcome)) },
            answer: JobStatusAnswer,
          },
          options,
        )
      ).job_status
    },

    /** 100 at most, each with its `id` or `external_id`. */
    async updateMany(users: readonly UserBody[], options?: CallOptions): Promise<JobStatus> {
      const body = { users: users.map((user) => withoutMail('update user', user)) }
      return (
        await transport.send({ method: 'PUT', path: `${USERS}/update_many`, body, answer: JobStatusAnswer }, options)
      ).job_status
    },

    /** Signs users out everywhere, 100 at most. Zendesk accepts it for later: there is no job status. */
    async endSessions(ids: readonly number[], options?: CallOptions): Promise<void> {
      await transport.send({ method: 'POST', path: `${USERS}/logout_many`, query: { ids: ids.join(',') } }, options)
    },

    /** Zendesk frees the email and the external id at once; a deleted user cannot be restored. */
    async delete(id: number, options?: CallOptions): Promise<void> {
      await transport.send({ method: 'DELETE', path: `${USERS}/${id}` }, options)
    },

    /** 100 at most. */
    async destroyMany(ids: readonly number[], options?: CallOptions): Promise<JobStatus> {
      const query = { ids: ids.join(',') }
      return (
        await transport.send(
          { method: 'DELETE', path: `${USERS}/destroy_many`, query, answer: JobStatusAnswer },
          options,
        )
      ).job_status
    },
  }
}

function same(one: string | null | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase()
}
