import { afterEach, expect, it } from 'vitest'
import { deleteEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { accountKeys } from '@provisioner/shared/ledger/keys.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

it.each(['budget', 'budgetSlots'] as const)(
  'a leaver is suspended although the account’s %s was spoilt by hand, and that is told',
  async (name) => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]) })
    await world.step()
    const key = accountKeys('acme')[name]
    await world.redis.del(key)
    await world.redis.rpush(key, 'a list')
    await deleteEntry(world.slapd, personDn('bob'))

    await world.step()

    expect((await world.zendesk.user('bob@example.org'))?.suspended).toBe(true)
    expect((await world.ledger.problems()).map(({ problem }) => problem.what)).toContainEqual(
      expect.stringContaining(key),
    )
  },
)
