import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const states = async () =>
  Object.fromEntries(
    (await world.zendesk.users()).map((user) => [user.email!.split('@')[0], user.suspended ? 'suspended' : 'active']),
  )
const existing = (uid: string) =>
  world.zendesk.call('POST', '/api/v2/users', { user: { name: uid, email: `${uid}@example.org` } })
const people = [{ uid: 'ada' }, { uid: 'bob', employeeStatus: 'left' }, { uid: 'cid', employeeStatus: 'left' }]

describe('disabled users', () => {
  it('are not created; one who exists is linked, with the external id, and suspended', async () => {
    world = await openWorld({ ldif: directoryOf(people) })
    await existing('cid')
    await world.step()

    expect(await states()).toEqual({ ada: 'active', cid: 'suspended' })
    expect((await world.zendesk.user('cid@example.org'))?.external_id).toEqual(expect.any(String))
  })

  it('are created suspended with provisionDisabled, and let in when they are enabled', async () => {
    world = await openWorld({ ldif: directoryOf(people), config: { users: { provisionDisabled: true } } })
    await existing('cid')
    await world.step()
    const before = await states()
    await modifyEntry(world.slapd, personDn('bob'), { replace: { employeeStatus: 'active' } })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { employeeStatus: 'left' } })
    await world.step()

    expect(before).toEqual({ ada: 'active', bob: 'suspended', cid: 'suspended' })
    expect(await states()).toEqual({ ada: 'suspended', bob: 'active', cid: 'suspended' })
  })

  it('are told by a bit as well; one whose flags cannot be read is not created, and is reported', async () => {
    const flags = [
      { uid: 'normal', employeeNumber: '512' },
      { uid: 'off', employeeNumber: '514' },
      { uid: 'locked', employeeNumber: '66050' },
      { uid: 'unset' },
      { uid: 'junk', employeeNumber: 'x' },
    ]
    world = await openWorld({
      ldif: directoryOf(flags),
      config: {
        directory: { status: { attribute: 'employeeNumber', disabledWhen: null, bit: 2 } },
      },
    })
    await world.step()
    const byBit = await states()

    expect(byBit).toEqual({ normal: 'active' })
    expect((await world.problems('user')).map(({ code, dn }) => `${code} ${dn}`).sort()).toEqual(
      ['junk', 'unset'].map((uid) => `STATUS_UNREADABLE ${personDn(uid)}`),
    )
  })

  it('leave at once when the flag that was there vanishes and absence means disabled', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', employeeStatus: 'active' }]),
      config: { directory: { status: { whenAbsent: 'disabled' } } },
    })
    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { delete: { employeeStatus: [] } })
    await addEntry(world.slapd, personDn('bob'), person({ uid: 'bob' }))
    await world.step()

    expect(await states()).toEqual({ ada: 'suspended' })
  })

  it('are those whose account has expired, as shadow and Kerberos write it, however active the flag says they are', async () => {
    const past = { shadowExpire: '20000', krbPrincipalExpiration: '20240101000000Z' }
    const future = { shadowExpire: '99999', krbPrincipalExpiration: '99991231235959Z' }
    const account = (uid: string, more: object) => ({ uid, ...more })
    const people = [
      account('none', {}),
      account('shadow', { shadowExpire: past.shadowExpire }),
      account('kerberos', { krbPrincipalExpiration: past.krbPrincipalExpiration }),
      account('later', future),
      account('never', { shadowExpire: '-1' }),
      account('left', { ...future, employeeStatus: 'left' }),
    ]
    const objectClass = ['inetOrgPerson', 'worker', 'shadowAccount', 'krbPrincipalAux']
    world = await openWorld({
      ldif: directoryOf(people.map((one) => ({ ...one, objectClass }))),
      slapd: { schema: KRB },
    })
    await world.step()
    const before = await states()

    await modifyEntry(world.slapd, personDn('none'), { add: { shadowExpire: past.shadowExpire } })
    await modifyEntry(world.slapd, personDn('never'), { add: { krbPrincipalExpiration: past.krbPrincipalExpiration } })
    await modifyEntry(world.slapd, personDn('shadow'), { replace: { shadowExpire: future.shadowExpire } })
    await world.step()

    expect(before).toEqual({ none: 'active', later: 'active', never: 'active' })
    expect(await states()).toEqual({ none: 'suspended', later: 'active', never: 'suspended', shadow: 'active' })
    expect(await world.problems('user')).toEqual([])
  })
})

/** Of MIT Kerberos' schema what the end of an account takes. */
const KRB = `
attributetype ( 2.16.840.1.113719.1.301.4.37.1 NAME 'krbPrincipalExpiration' EQUALITY generalizedTimeMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )
objectclass ( 2.16.840.1.113719.1.301.6.8.1 NAME 'krbPrincipalAux' SUP top AUXILIARY MAY krbPrincipalExpiration )
`
