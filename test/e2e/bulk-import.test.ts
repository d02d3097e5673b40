import { expect, it } from 'vitest'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
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

it('is a matter of the account: two connections show it, it is told once, and either takes it back from both', async () => {
  const below = (ou: string) => ({
    locations: [{ base: `ou=${ou},dc=example,dc=org`, filter: '(objectClass=inetOrgPerson)' }],
  })
  const partners = ldifEntry('ou=partners,dc=example,dc=org', { objectClass: 'organizationalUnit', ou: 'partners' })
  await using world = await openWorld({
    ldif: `${directoryOf([{ uid: 'ada' }, { uid: 'bob' }])}\n${partners}`,
    others: [{ id: 'partners', users: below('partners'), groups: null }],
    sandbox: { bulkImport: false, limits: 'off' },
  })
  const codes = async () =>
    (await Promise.all(['staff', 'partners'].map((id) => world.problems('account', id)))).map((problems) =>
      problems.map(({ code }) => code),
    )
  await world.step()
  const refused = await codes()
  await world.redis.del(accountKeys('acme').bulkImportRefused)
  await world.zendesk.call('PATCH', '/sandbox/settings', { bulkImport: true })
  for (const uid of ['cid', 'dan']) await addEntry(world.slapd, personDn(uid, 'partners'), person({ uid }))
  await world.step()

  expect(refused).toEqual([['BULK_IMPORT_OFF'], ['BULK_IMPORT_OFF']])
  expect(world.logs.filter(({ msg }) => msg === 'Bulk user import is switched off')).toHaveLength(1)
  expect(await codes()).toEqual([[], []])
})
