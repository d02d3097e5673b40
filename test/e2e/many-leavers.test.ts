import { expect, it } from 'vitest'
import { deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

const AGENTS = Array.from({ length: 120 }, (_one, i) => `agent${i}`)
const LEAVERS = AGENTS.slice(0, 110)

it('many agents who leave at once are held; approved, each has their groups read before seat and access are taken', async () => {
  await using world = await openWorld({
    ldif: directoryOf(
      AGENTS.map((uid) => ({ uid })),
      { agents: AGENTS, 'zd-team': AGENTS },
    ),
    config: { users: { remove: { agents: 'downgrade' } }, guard: { users: { share: '5%', min: 10 } } },
    sandbox: { bulkImport: true, limits: 'on' },
  })
  await world.step()
  await world.zendesk.forgetRequests()

  for (const uid of LEAVERS) await deleteEntry(world.slapd, personDn(uid))
  await world.step()
  const [held, untouched] = [await world.ledger.held(), await world.zendesk.writes()]
  await runCli(world, ['approve', 'staff', '--yes'])
  await world.step()
  await world.settled()

  expect(held.map(({ operation }) => operation)).toEqual(LEAVERS.map(() => 'suspend user'))
  expect(untouched).toEqual([])
  const users = await world.zendesk.users()
  const gone = users.filter(({ suspended, role }) => suspended && role === 'end-user')
  expect(gone.map(({ email }) => email).sort()).toEqual(LEAVERS.map((uid) => `${uid}@example.org`).sort())
  expect(await world.zendesk.members('zd-team')).toHaveLength(10)

  const requests = await world.zendesk.requests()
  const positionOf = (id: number, method: string, path: RegExp) =>
    requests.findIndex((one) => one.method === method && path.test(one.path) && namesUser(one, id))
  for (const { id } of gone) {
    const read = requests.findIndex(({ path }) => path.endsWith(`/users/${id}/group_memberships`))
    const written = positionOf(id, 'PUT', /users/)
    const signedOut = positionOf(id, 'POST', /logout_many/)
    expect([read >= 0, read < written, written < signedOut]).toEqual([true, true, true])
  }
  // one batch after the other: each is given up after a while that is enough for one alone
  const batches = requests.flatMap(({ method, path, body }) =>
    method === 'PUT' && path.endsWith('/users/update_many') ? [(body as { users: { id: number }[] }).users] : [],
  )
  const reads = batches.map((users) =>
    requests.flatMap(({ path }, i) =>
      users.some(({ id }) => path.endsWith(`/users/${id}/group_memberships`)) ? [i] : [],
    ),
  )
  const spans = reads.map((at) => [at[0]!, at.at(-1)!] as const).sort(([a], [b]) => a - b)
  expect(spans.length).toBeGreaterThan(1)
  for (const [i, [, last]] of spans.slice(0, -1).entries()) expect(last).toBeLessThan(spans[i + 1]![0])
  expect(requests.filter(({ status }) => status === 429)).toEqual([])
}, 120_000)

/** Whether a request is about the user: by its path, its query, or its body. */
function namesUser({ path, query, body }: { path: string; query: object; body: unknown }, id: number): boolean {
  return [path, JSON.stringify(query), JSON.stringify(body)].some((text) => text?.includes(String(id)))
}
