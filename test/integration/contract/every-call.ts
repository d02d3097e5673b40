import type { ZendeskClient } from '@provisioner/zendesk/client.ts'

type Apis = Omit<ZendeskClient, 'gatedBy' | 'followedBy' | typeof Symbol.dispose>
type Calls = { readonly [A in keyof Apis]: { readonly [M in keyof Apis[A]]: (client: ZendeskClient) => unknown } }

/** All forms of every call, of an account that has an agent. The compiler asks for those that are missing. */
export function everyCall({ agentId }: { agentId: number }): Calls {
  let at = 0
  const person = () => ({ name: 'Ada', email: `ada${++at}@example.org`, external_id: `ada-${at}`, verified: true })
  const made = (client: ZendeskClient) => client.users.create(person())
  const group = (client: ZendeskClient) => client.groups.create({ name: `Team ${++at}`, description: 'of a test' })
  const identity = (client: ZendeskClient, id: number) =>
    client.identities.create(id, { type: 'email', value: `more${++at}@example.org`, verified: true })
  const place = async (client: ZendeskClient) =>
    client.memberships.create({ user_id: agentId, group_id: (await group(client)).id })
  const started = (client: ZendeskClient) => client.users.createMany([person(), person()])

  return {
    users: {
      me: ({ users }) => users.me(),
      list: ({ users }) => read(users.list()),
      activeAdmins: ({ users }) => users.activeAdmins(),
      team: ({ users }) => users.team(),
      count: ({ users }) => users.count(),
      show: ({ users }) => users.show(agentId),
      showMany: async ({ users }) => {
        await users.showMany({ ids: [agentId, agentId + 1] })
        await users.showMany({ externalIds: ['ada-1', 'nobody'] })
      },
      search: async (client) => {
        await made(client)
        await client.users.search({ email: `ada${at}@example.org` })
        await client.users.search({ externalId: 'ada-1' })
      },
      create: made,
      update: async (client) => client.users.update((await made(client)).id, { name: 'Eve', suspended: true }),
      createMany: started,
      updateMany: async (client) =>
        client.users.updateMany([{ id: (await made(client)).id, name: 'Eve', external_id: 'eve', role: 'end-user' }]),
      endSessions: ({ users }) => users.endSessions([agentId]),
      delete: async (client) => client.users.delete((await made(client)).id),
      destroyMany: async (client) => client.users.destroyMany([(await made(client)).id]),
    },
    identities: {
      list: ({ identities }) => identities.list(agentId),
      create: (client) => identity(client, agentId),
      makePrimary: async (client) => {
        const { id } = await made(client)
        return client.identities.makePrimary(id, (await identity(client, id)).id)
      },
      delete: async (client) => client.identities.delete(agentId, (await identity(client, agentId)).id),
    },
    groups: {
      list: ({ groups }) => groups.list(),
      show: async (client) => client.groups.show((await group(client)).id),
      create: group,
      update: async (client) => client.groups.update((await group(client)).id, { name: 'Another' }),
      delete: async (client) => client.groups.delete((await group(client)).id),
    },
    memberships: {
      list: ({ memberships }) => read(memberships.list()),
      ofGroup: async (client) => client.memberships.ofGroup((await place(client)).group_id),
      ofUser: ({ memberships }) => memberships.ofUser(agentId),
      create: place,
      makeDefault: async (client) => client.memberships.makeDefault(await place(client)),
      delete: async (client) => client.memberships.delete((await place(client)).id),
      createMany: async (client) =>
        client.memberships.createMany([{ user_id: agentId, group_id: (await group(client)).id }]),
      destroyMany: async (client) => client.memberships.destroyMany([(await place(client)).id]),
    },
    jobStatuses: {
      showMany: async (client) => client.jobStatuses.showMany([(await started(client)).id]),
      list: ({ jobStatuses }) => jobStatuses.list(),
    },
    organizations: {
      list: ({ organizations }) => read(organizations.list()),
      create: ({ organizations }) => organizations.create({ name: `Company ${++at}` }),
      find: ({ organizations }) => organizations.find('Company'),
    },
    customRoles: { list: ({ customRoles }) => customRoles.list() },
    locales: { list: ({ locales }) => locales.list() },
    accountSettings: { show: ({ accountSettings }) => accountSettings.show() },
    brands: {
      list: ({ brands }) => brands.list(),
      agents: ({ brands }) => read(brands.agents()),
      ofUser: ({ brands }) => brands.ofUser(agentId),
    },
    userFields: { list: ({ userFields }) => userFields.list() },
    tickets: {
      openOf: ({ tickets }) => tickets.openOf(agentId),
      showMany: ({ tickets }) => tickets.showMany([1, 2]),
      updateMany: ({ tickets }) => tickets.updateMany([1, 2], { assignee_id: null, additional_tags: ['handed_over'] }),
    },
    auditLogs: { ofUser: ({ auditLogs }) => auditLogs.ofUser(agentId) },
  }
}

async function read(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _page of pages); // each is one request
}
