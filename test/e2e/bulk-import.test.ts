import { expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

const people = Array.from({ length: 350 }, (_one, i) => `p${i}`)

it('bulk import that is refused: learned by one request, remembered for a day, then tried again', async () => {
  await using world = await openWorld({
    ldif: directoryOf(people.map((uid) => ({ uid }))),
    sandbox: { bulkImport: false, limits: 'off' },
  })
  const codes = async () => (await world.ledger.problems()).map(({ problem }) => problem.code)
  const inBulk = () => world.zendesk.requests({ method: 'POST', path: /users\/create_many$/ })
  const hire = async (...uids: string[]) => {
    for (const uid of uids) await addEntry(world.slapd, personDn(uid), person({ uid }))
    await world.step()
  }
  await world.step()
  await hire('ada', 'bob')
  const refused = await inBulk()
  const told = await codes()
  const key = accountKeys('acme').bulkImportRefused
  const rememberedS = await world.redis.ttl(key)

  await world.redis.del(key)
  await world.zendesk.call('PATCH', '/sandbox/settings', { bulkImport: true })
  await hire('cid', 'dan')
  const taken = (await inBulk()).slice(refused.length)

  expect(refused.map(({ status }) => status)).toEqual([403])
  expect(told).toEqual(['BULK_IMPORT_OFF'])
  expect(rememberedS).toBeGreaterThan(86_000)
  expect(taken.map(({ status }) => status)).toEqual([200])
  expect(await codes()).toEqual([])
  expect(await world.zendesk.users()).toHaveLength(people.length + 4)
})
