import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn, type Person } from '../fixtures/people.ts'
import { openWorld, type World, type WorldOptions } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const FIELDS = [
  { id: 1, key: 'manager', title: 'Manager', type: 'lookup', target: 'zen:user' },
  { id: 2, key: 'cost_center', title: 'Cost center', type: 'text' },
]
const MANAGER = { from: 'manager', expectEmpty: true }

/** Reports by uid, each with their manager's; one without has none. */
function peopleOf(managers: Readonly<Record<string, string | undefined>>): Person[] {
  return Object.entries(managers).map(([uid, manager]) => ({
    uid,
    costCenter: 'K-7',
    ...(manager !== undefined && { manager: manager.includes('=') ? manager : personDn(manager) }),
  }))
}

async function open(
  people: readonly Person[],
  { manager = MANAGER, config = {}, sandbox = {}, ...more }: Partial<WorldOptions> & { manager?: object } = {},
): Promise<void> {
  world = await openWorld({
    ldif: directoryOf(people),
    config: { users: { map: { user_fields: { manager, cost_center: 'costCenter' } } }, ...config },
    sandbox: { before: { userFields: FIELDS }, ...sandbox },
    ...more,
  })
}

/** Whom the lookup fields name, by uid: the uid of the manager's user, or null for none. */
async function managers(): Promise<Record<string, string | null>> {
  const users = await world.zendesk.users()
  const uidOf = (email: string | null) => email!.split('@')[0]!
  const uids = new Map(users.map(({ id, email }) => [String(id), uidOf(email)]))
  return Object.fromEntries(
    users.map(({ email, user_fields: fields }) => {
      const { manager } = fields as { manager: unknown }
      return [uidOf(email), manager === null ? null : (uids.get(String(manager)) ?? `nobody: ${String(manager)}`)]
    }),
  )
}

const idOf = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))!.id
const codes = async () => (await world.problems('connection')).map(({ code }) => code)

/** Has a cycle that plans nothing and writes nothing. */
async function expectQuiet(): Promise<void> {
  await world.zendesk.forgetRequests()
  await world.step()
  expect(await world.ledger.lastCycle()).toMatchObject({ released: {} })
  expect(await world.zendesk.writes()).toEqual([])
}

describe('a lookup field', () => {
  it('has the user of whom an entry names by DN, as soon as both are there', async () => {
    await open(
      peopleOf({
        ada: undefined,
        bob: 'ada',
        cid: 'UID=Bob, OU=People,DC=example,DC=org',
        dan: 'eve',
        eve: 'dan',
        fay: 'fay',
      }),
    )
    await world.step()
    expect(await managers()).toEqual({ ada: null, bob: null, cid: null, dan: null, eve: null, fay: null })
    expect((await world.zendesk.user('bob@example.org'))!['user_fields']).toMatchObject({ cost_center: 'K-7' })

    await world.step()

    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: 'bob', dan: 'eve', eve: 'dan', fay: 'fay' })
    expect(await codes()).toEqual([])
    await expectQuiet()
    await world.fullStep()
    await expectQuiet()
  })

  it('comes with the creation of whose manager is there already, and later of whose is not', async () => {
    await open(peopleOf({ ada: undefined }))
    await world.step()

    await addEntry(world.slapd, personDn('bob'), person({ uid: 'bob', manager: personDn('ada') }))
    await addEntry(world.slapd, personDn('cid'), person({ uid: 'cid', manager: personDn('dan') }))
    await world.step()
    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: null })
    expect(await codes()).toEqual(['LOOKUP_USER_UNKNOWN'])

    await addEntry(world.slapd, personDn('dan'), person({ uid: 'dan' }))
    await world.step()
    await world.step()
    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: 'dan', dan: null })
    expect(await codes()).toEqual([])
  })

  it('follows the directory and the manager’s DN, and is emptied when there is no manager any more', async () => {
    await open(peopleOf({ ada: undefined, bob: 'ada', cid: 'ada', dan: 'bob' }))
    await world.step()
    await world.step()

    await modifyEntry(world.slapd, personDn('bob'), { replace: { manager: [] } })
    await modifyEntry(world.slapd, personDn('cid'), { replace: { manager: [personDn('bob')] } })
    await renameEntry(world.slapd, personDn('bob'), 'uid=robert')
    await modifyEntry(world.slapd, personDn('cid'), { replace: { manager: [personDn('robert')] } })
    await world.step()

    // dan's entry names a DN that nobody has any more
    expect(await managers()).toEqual({ ada: null, bob: null, cid: 'bob', dan: null })
    expect(await codes()).toEqual(['LOOKUP_USER_UNKNOWN'])
  })

  it('stays when there is none any more and whenEmpty says so', async () => {
    await open(peopleOf({ ada: undefined, bob: 'ada' }), { manager: { ...MANAGER, whenEmpty: 'keep' } })
    await world.step()
    await world.step()

    await modifyEntry(world.slapd, personDn('bob'), { replace: { manager: [] } })
    await world.step()

    expect(await managers()).toEqual({ ada: null, bob: 'ada' })
  })

  it('follows a manager who was deleted in Zendesk and made anew', async () => {
    await open(peopleOf({ ada: undefined, bob: 'ada', cid: 'ada' }), {
      config: {
        users: { goneInZendesk: 'recreate', map: { user_fields: { manager: MANAGER, cost_center: 'costCenter' } } },
      },
    })
    await world.step()
    await world.step()
    const before = await idOf('ada')

    await world.zendesk.call('DELETE', `/api/v2/users/${before}`)
    await world.fullStep()
    await world.step()

    expect(await idOf('ada')).not.toBe(before)
    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: 'ada' })
    await expectQuiet()
  })

  it('keeps a manager who has left and whose user is there, and loses one whose user was deleted', async () => {
    await open(peopleOf({ ada: undefined, bob: 'ada', cid: undefined, dan: 'cid', eve: 'cid' }), {
      config: {
        users: {
          remove: { deleted: 'suspend', outOfScope: 'delete' },
          map: { user_fields: { manager: MANAGER, cost_center: 'costCenter' } },
        },
      },
    })
    await world.step()
    await world.step()

    await deleteEntry(world.slapd, personDn('ada'))
    await renameEntry(world.slapd, personDn('cid'), 'uid=cid', 'ou=groups,dc=example,dc=org')
    await world.step()
    await addEntry(world.slapd, personDn('fay'), person({ uid: 'fay', manager: personDn('ada') }))
    await world.step()

    expect(await managers()).toEqual({ ada: null, bob: 'ada', dan: null, eve: null, fay: 'ada' })
    expect((await world.zendesk.user('ada@example.org'))!.suspended).toBe(true)
    expect(await world.problems('connection')).toEqual([
      expect.objectContaining({
        code: 'LOOKUP_USER_UNKNOWN',
        what: expect.stringContaining(
          `2 entries name somebody whom this connection has not in Zendesk (${personDn('cid')})`,
        ),
      }),
    ])
    await expectQuiet()
  })

  it('of something else than users is told, and the rest is written', async () => {
    await open(peopleOf({ ada: undefined, bob: 'ada' }), {
      sandbox: {
        before: { userFields: [{ ...FIELDS[0]!, target: 'zen:organization' }, FIELDS[1]!] },
      },
    })
    await world.step()
    await world.step()

    const { user_fields: fields } = (await world.zendesk.user('bob@example.org'))!
    expect(fields).toEqual({ manager: null, cost_center: 'K-7' })
    expect(await world.problems('connection')).toEqual([
      expect.objectContaining({
        code: 'USER_FIELD_TARGET',
        what: expect.stringContaining("Zendesk's user field 'manager' is a lookup field of 'zen:organization'"),
      }),
    ])
  })

  it('that somebody changed in Zendesk is set right by a full cycle with drift: repair', async () => {
    await open(peopleOf({ ada: undefined, bob: 'ada', cid: undefined }), {
      config: {
        drift: 'repair',
        users: { map: { user_fields: { manager: MANAGER, cost_center: 'costCenter' } } },
      },
    })
    await world.step()
    await world.step()

    await world.zendesk.call('PUT', `/api/v2/users/${await idOf('bob')}`, {
      user: { user_fields: { manager: String(await idOf('cid')) } },
    })
    await world.fullStep()

    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: null })
  })

  it('is let through by the guard when it has only waited for the first load, and held when many change', async () => {
    const names = ['ada', 'bob', 'cid', 'dan', 'eve']
    await open(peopleOf(Object.fromEntries(names.map((uid) => [uid, uid === 'ada' ? undefined : 'ada']))), {
      config: {
        guard: { updates: { share: '1%', min: 1 } },
        users: { map: { user_fields: { manager: MANAGER, cost_center: 'costCenter' } } },
      },
    })
    await world.step()
    await world.step()
    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: 'ada', dan: 'ada', eve: 'ada' })

    for (const uid of ['cid', 'dan', 'eve'])
      await modifyEntry(world.slapd, personDn(uid), { replace: { manager: [personDn('bob')] } })
    await world.step()

    expect(await managers()).toEqual({ ada: null, bob: 'ada', cid: 'ada', dan: 'ada', eve: 'ada' })
    expect((await world.ledger.held()).map(({ category }) => category)).toEqual(
      Array.from({ length: 3 }, () => 'updates:user_fields.manager'),
    )
  })
})
