import type { FaultKind } from '@provisioner/sandbox/zendesk-account/faults/fault-kinds.ts'
import type { ZendeskSandbox } from '@provisioner/sandbox/zendesk-account/start-sandbox.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'

const NOBODY = 9_000_000_000
const JOB_STATUSES_AT_ONCE = 30
/** What any request may meet. Those that pause the account come last. */
const TROUBLES: readonly FaultKind[] = ['401', '403', '409-json', '409-text', '500', '503', 'html', '429']

/** Asks for what Zendesk refuses: each kind of refusal once. */
export async function everyRefusal(client: ZendeskClient, { faults }: ZendeskSandbox): Promise<void> {
  const ada = { name: 'Ada', email: 'ada@example.org', external_id: 'ada' }
  const { id } = await client.users.create(ada)
  const agent = await client.users.create({ name: 'Agent', email: 'agent@example.org', role: 'agent' })
  const group = await client.groups.create({ name: 'Team' })
  const place = { user_id: agent.id, group_id: group.id }
  await client.memberships.create(place)

  await refused(client.users.show(NOBODY))
  await refused(client.users.update(NOBODY, { name: 'Eve' }))
  await refused(client.groups.delete(NOBODY))
  await refused(client.memberships.delete(NOBODY))
  await refused(client.users.create(ada))
  await refused(client.users.create({ ...ada, email: 'no address', external_id: 'eve' }))
  await refused(client.identities.create(id, { type: 'email', value: 'agent@example.org' }))
  await refused(client.memberships.create(place))
  await refused(client.organizations.create({ name: '' }))
  await refused(client.users.createMany(Array.from({ length: 101 }, () => ({ name: 'One of many' }))))

  for (let at = 0; at < JOB_STATUSES_AT_ONCE; at++) await client.users.updateMany([{ id, notes: String(at) }])
  await refused(client.users.updateMany([{ id, notes: 'one too many' }]))

  faults.add({ kind: '429-one-user', times: 1 })
  await refused(client.users.update(id, { name: 'Ada' }))
  for (const kind of TROUBLES) {
    faults.add({ kind, times: 1 })
    await refused(client.users.count())
  }
}

async function refused(call: Promise<unknown>): Promise<void> {
  const answer: unknown = await call.catch((error: unknown) => error)
  if (!(answer instanceof ZendeskError) || answer.status === undefined)
    throw new Error('This was to be refused', { cause: answer })
}
