import { expect, it } from 'vitest'
import { directoryOf } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

const auth = { email: 'api@example.org', apiToken: 'a-token' }

it('the end of an API token is told at every start, and is one problem of the account until it has an OAuth client', async () => {
  await using world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }]),
    config: { account: { auth: { clientId: null, clientSecret: null, ...auth } } },
    others: [{ id: 'partners', users: { locations: [{ base: 'ou=groups,dc=example,dc=org' }] } }],
  })
  const told = await world.ledger.problems()
  await world.step()
  await world.addWorker()
  const kept = await world.ledger.problems()
  const ofPartners = await world.problems('account', 'partners')
  const users = await world.zendesk.users()
  await world.stopProduct()
  await using anew = await openWorld({ ldif: '', servers: world })

  expect(told.map(({ problem }) => problem)).toEqual([
    {
      code: 'API_TOKEN_ENDS',
      subject: 'account',
      id: 'acme.api-token',
      what: expect.stringMatching(
        /'acme' with an API token; from 2027-04-30 on Zendesk takes none.*30 days.*nobody can create another/,
      ),
      todo: expect.stringMatching(/OAuth client in Admin Center .* clientId and clientSecret .* accounts\.acme\.auth/),
    },
  ])
  expect(kept).toEqual(told)
  expect(ofPartners).toEqual(told.map(({ problem }) => problem))
  expect(users).toHaveLength(1)
  const { code, what, todo } = told[0]!.problem
  expect(world.logs.filter((line) => line['code'] === code)).toEqual(
    Array.from({ length: 3 }, () => expect.objectContaining({ level: 'warn', account: 'acme', what, todo })),
  )
  expect(JSON.stringify([world.logs, told])).not.toContain(auth.apiToken)

  expect(await anew.ledger.problems()).toEqual([])
  expect(anew.logs.filter((line) => line['code'] === code)).toEqual([])
})
