import { afterEach, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { explainAll } from '../fixtures/explain.ts'
import { directoryOf } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const USERS = [
  { id: 11, name: 'Zoe', email: 'zoe@example.org', role: 'agent' },
  { id: 12, name: 'Yan', email: 'yan@example.org', role: 'end-user', suspended: true },
  { id: 13, name: 'Vip', email: 'vip@example.org', role: 'admin' },
]

async function openAda(): Promise<number> {
  world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }]),
    config: { account: { protect: ['vip@example.org'] } },
    sandbox: { before: { users: USERS, groups: [{ id: 21, name: 'Night', default: true }] } },
  })
  await world.step()
  const { id } = (await world.zendesk.user('ada@example.org'))!
  const identity = { type: 'email', value: 'lovelace@example.org', verified: true }
  await world.zendesk.call('POST', `/api/v2/users/${id}/identities`, { identity })
  return id
}

it('explain says of whom only Zendesk has who they are, that nobody manages them, and how to link them', async () => {
  const ada = await openAda()
  await world.zendesk.forgetRequests()

  const [zoe, yan, vip, night, second, nobody, noId, name] = await explainAll(world, [
    ...(['ZOE@example.org', '12', 'vip@example.org', '21', 'lovelace@example.org'] as const),
    ...(['who@example.org', '4711', 'Zoe'] as const),
  ])

  const notManaged =
    "No entry below the connections' bases names them, as far as the bind DN may read it, and none is linked to them: " +
    'they are not managed, and nothing is written to them.'
  expect(zoe).toEqual({
    isFound: false,
    verdict: "Only Zendesk has them: user 11 of account 'acme' ('Zoe', zoe@example.org, agent, active).",
    says: [
      zoe.verdict,
      notManaged,
      "Where an entry with another address is theirs, 'provisioner link WHO 11' joins the two; WHO is that entry.\n",
    ].join('\n'),
  })
  expect(yan.verdict).toBe(
    "Only Zendesk has them: user 12 of account 'acme' ('Yan', yan@example.org, end-user, suspended).",
  )
  expect(vip.says).toMatch(/accounts\.acme\.protect names them \(vip@example\.org\), so no entry can have them\.\n$/)
  expect(night.says).toMatch(/^Only Zendesk has it: group 21 of account 'acme' \('Night'\)\.\n.*\n.*link WHO 21'/)
  expect(second.verdict).toMatch(
    new RegExp(`^Zendesk's user ${ada} .* is linked to .*'provisioner explain ${ada}'\\.$`),
  )
  for (const one of [nobody, noId]) expect(one.says).toContain('\nZendesk does not have them either.\n')
  expect(name.says).toContain('\nWho is in Zendesk alone is found by an address, or by an id of Zendesk.\n')
  expect(await world.zendesk.writes()).toEqual([])
})

it('explain asks Zendesk for nobody with --no-live, tells where it can not be asked, and speaks to programs', async () => {
  await openAda()

  const json = await runCli(world, ['explain', 'zoe@example.org', '--json'])
  await world.zendesk.forgetRequests()
  const [silent] = await explainAll(world, ['zoe@example.org'], { live: false })
  const asked = await world.zendesk.requests({ path: /users/ })
  await world.fault({ path: '/users', kind: '403', times: 'always' })
  const [refused] = await explainAll(world, ['zoe@example.org'])

  expect(json.code).toBe(1)
  expect(JSON.parse(json.stdout)).toMatchObject({
    error: { code: 'ONLY_IN_ZENDESK', message: expect.stringMatching(/^Only Zendesk has them: user 11 .*link WHO 11/) },
  })
  expect(silent.says).toMatch(
    /is known as 'zoe@[\s\S]*\nWhether Zendesk alone has them was not asked \(--no-live\)\.\n$/,
  )
  expect(asked).toEqual([])
  expect(refused.says).toMatch(/\nWhether Zendesk alone has them in account 'acme' is not known: .*403/)
})
