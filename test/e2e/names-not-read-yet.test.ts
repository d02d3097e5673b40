import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

/** People who are in Zendesk already, of a configuration that now maps one more kind of name. */
async function rolledOut(map: object): Promise<World> {
  const world = owned.use(
    await openWorld({
      ldif: directoryOf(['ada', 'bob'].map((uid) => ({ uid, o: 'Acme', costCenter: 'K' }))),
      sandbox: {
        before: {
          userFields: [{ id: 1, key: 'cost_center', title: 'Cost center', type: 'text' }],
          organizations: [{ id: 77, name: 'Acme' }],
        },
      },
    }),
  )
  await world.step()
  await world.stopProduct()
  return owned.use(await openWorld({ ldif: '', servers: world, config: { users: { map } } }))
}

describe('a kind of name that is mapped for the first time', () => {
  it('keeps no leaver, while Zendesk fails to list the organizations', async () => {
    const world = await rolledOut({ organization: 'o' })
    await world.fault({ method: 'GET', path: 'organizations$', kind: '500', times: 'always' })
    await deleteEntry(world.slapd, personDn('ada'))

    const cycle = world.cycle().catch(() => 'failed')
    await until(
      async () => (await world.zendesk.user('ada@example.org'))?.suspended === true,
      15_000,
      () => 'the leaver is still active',
    )

    expect(await cycle).toBe('failed')
  })

  it.each(['500', '404', 'html-200'] as const)(
    'keeps nobody out whose user fields can not be checked: %s',
    async (kind) => {
      const world = await rolledOut({ user_fields: { cost_center: 'costCenter' } })
      await world.fault({ method: 'GET', path: 'user_fields$', kind, times: 'always' })
      await addEntry(world.slapd, personDn('new'), person({ uid: 'new', costCenter: 'L' }))
      await deleteEntry(world.slapd, personDn('ada'))
      await world.step()

      expect((await world.zendesk.user('ada@example.org'))?.suspended).toBe(true)
      expect((await world.zendesk.user('new@example.org'))?.['user_fields']).toEqual({ cost_center: 'L' })
      expect((await world.problems('connection')).map(({ code }) => code)).toEqual(['USER_FIELDS_UNREAD'])
    },
  )
})
