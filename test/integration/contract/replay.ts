import {
  callSandbox,
  type CalledSandbox,
  type ReadAnswer,
} from '@provisioner/sandbox/zendesk-account/sandbox-client.ts'
import type { Recording } from './recordings.ts'

/** Asks a sandbox, in which the things the request names are, what a real account was asked. */
export async function replay(recording: Recording): Promise<ReadAnswer> {
  const { method, path, query, request, status, spelling } = recording
  const userFields = ['checkbox', 'date', 'decimal', 'dropdown', 'multiline', 'numeric', 'regex', 'text'].map(
    (type, at) => ({ id: at + 1, key: `${type}_field`, title: type, type: type === 'numeric' ? 'integer' : type }),
  )
  await using zendesk = await callSandbox({
    bulkImport: true,
    limits: status === 429 ? 'on' : 'off',
    headerSpelling: spelling,
    before: { userFields },
  })
  const world = await prepare(zendesk, recording)
  const ids = { '/users/': world.user, '/groups/': world.group, '/organizations/': world.organization } as const
  const own = Object.entries(ids).reduce(
    (text, [folder, id]) =>
      text.replace(new RegExp(`${folder}\\d{3,}`), `${folder}${status === 404 ? '9223372036854775807' : id}`),
    path.replace(/identities\/\d+/, `identities/${world.identity}`).replace(/V3-\w+/, world.job),
  )
  const many = query.replace(/ids=[\d,]+/, `ids=${world.user}`)
  const cursor = many.replace(
    /page%5Bafter%5D=[^&]*/,
    `page%5Bafter%5D=${encodeURIComponent(await cursorOf(zendesk, path))}`,
  )
  const body = method === 'GET' || request === null || request === '' ? undefined : withOwnIds(request, world.user)
  if (status !== 429) return await zendesk.call(method, cursor === '' ? own : `${own}?${cursor}`, body)
  // Recorded after five writes to this user inside a minute; the others are spread, as one a second is the account's
  // limit.
  return await sixth(() => zendesk.call(method, own, body))
}

async function sixth(write: () => Promise<ReadAnswer>): Promise<ReadAnswer> {
  for (;;) {
    const answer = await write()
    if (answer.status === 429 && /single unique user/.test(String(answer.body))) return answer
    await new Promise((resolve) => setTimeout(resolve, 1_005))
  }
}

async function prepare({ call }: CalledSandbox, { method, path }: Recording) {
  const make = async (kind: string, body: object) =>
    (await call('POST', `/api/v2/${kind}s`, { [kind]: body })).body[kind]
  const creates = method === 'POST' && /\/users(?:\/|\.)/.test(path)
  const user = await make('user', { name: 'Somebody', ...(!creates && { email: 'somebody@example.org' }) })
  await call('POST', `/api/v2/users/${user.id}/identities`, {
    identity: { type: 'email', value: 'second@example.org', verified: true },
  })
  const { identities } = (await call('GET', `/api/v2/users/${user.id}/identities`)).body
  const group = await make('group', { name: 'Team' })
  const organization = await make('organization', { name: 'Company' })
  const job = (await call('PUT', `/api/v2/users/update_many?ids=${user.id}`, { user: { alias: 'x' } })).body.job_status
  return {
    user: user.id as number,
    identity: identities.at(-1).id as number,
    group: group.id as number,
    organization: organization.id as number,
    job: job.id as string,
  }
}

/** A cursor of our own for the list that the recording goes on with. */
async function cursorOf({ call }: CalledSandbox, path: string): Promise<string> {
  const { body } = await call('GET', `${path}?page[size]=1`)
  return body?.meta?.after_cursor ?? ''
}

/** Ids of the recorded account mean nothing to ours; of long lists the recordings keep the beginning and the length. */
function withOwnIds(request: unknown, userId: number): unknown {
  const text = JSON.stringify(request)
    .replaceAll(/"id":\d{6,}/g, `"id":${userId}`)
    .replaceAll(/"(?:organization|default_group)_id":\d+,?/g, '')
  return JSON.parse(text, (_key, value: unknown) => (Array.isArray(value) ? value.flatMap(whole) : value)) as unknown
}

function whole(item: unknown, at: number, list: readonly unknown[]): unknown[] {
  const rest = typeof item === 'object' && item !== null && '…' in item ? /^(\d+) more/.exec(String(item['…'])) : null
  return rest ? Array.from({ length: Number(rest[1]) }, () => list[at - 1]) : [item]
}
