import { expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

it.each([
  ['alone', false],
  ['in a batch', true],
])(
  'a user who is created suspended, and the answer is lost (%s), is ours: restored once the directory says so',
  async (_how, bulkImport) => {
    await using world = await openWorld({
      ldif: directoryOf(['eva', 'finn'].map((uid) => ({ uid, employeeStatus: 'left' }))),
      config: { users: { provisionDisabled: true } },
      sandbox: { bulkImport, clock: 100 },
    })
    const suspended = async () => (await world.zendesk.users()).map((user) => user.suspended)
    await world.fault({ method: 'POST', path: bulkImport ? '/create_many$' : '/users$', kind: 'reset-after', times: 2 })
    await world.step()
    const before = await suspended()

    for (const uid of ['eva', 'finn'])
      await modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus: [] } })
    await world.step()

    expect(before).toEqual([true, true])
    expect(await suspended()).toEqual([false, false])
    expect(await world.problems('user')).toEqual([])
  },
)
