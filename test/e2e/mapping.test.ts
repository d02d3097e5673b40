import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, group, groupDn, personDn } from '../fixtures/people.ts'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const user = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))!
const byGroup = (...cns: [cn: string, role: string][]) => ({
  byGroup: Object.fromEntries(cns.map(([cn, role]) => [groupDn(cn), role])),
})
const before = {
  organizations: [
    { id: 77, name: 'Globex' },
    { id: 78, name: 'Initech' },
  ],
  customRoles: [{ id: 88, name: 'Team lead', role_type: 0 }],
  userFields: [
    { id: 1, key: 'cost_center', title: 'Cost center', type: 'text' },
    { id: 2, key: 'floor', title: 'Floor', type: 'integer' },
  ],
}

/** Everything that PingFederate's reference maps, names in place of ids, and user fields. */
const EVERYTHING = {
  external_id: 'employeeNumber',
  alias: { from: 'mail', parse: 'user-from-email', case: 'upper' },
  details: 'street',
  notes: { expression: "'Desk ' & roomNumber" },
  signature: { from: 'description', trim: true },
  phone: 'telephoneNumber',
  organization: 'o',
  locale: 'preferredLanguage',
  time_zone: { from: 'l' },
  tags: { from: 'departmentNumber', case: 'lower', mode: 'replace' },
  ticket_restriction: 'businessCategory',
  moderator: 'employeeType',
  only_private_comments: 'carLicense',
  verified: { default: 'true' },
  custom_role: byGroup(['leads', 'Team lead']),
  user_fields: { cost_center: { from: 'costCenter', masked: true }, floor: 'roomNumber' },
}
const ADA = {
  uid: 'ada',
  cn: 'Ada Lovelace',
  employeeNumber: 'E-1',
  street: 'Ockham Park',
  roomNumber: '42',
  description: '  The Countess ',
  telephoneNumber: '+493023125999',
  o: 'globex',
  preferredLanguage: 'de',
  l: 'Berlin',
  departmentNumber: ['Engines', 'Analysis'],
  businessCategory: 'groups',
  employeeType: 'TRUE',
  carLicense: 'TRUE',
  costCenter: 'K-7',
}

describe('the mapping', () => {
  it('carries every attribute of PingFederate’s reference, and user fields', async () => {
    world = await openWorld({
      ldif: directoryOf([ADA, { uid: 'bob', o: '78' }], {
        agents: ['ada'],
        leads: ['cn=deputies,ou=groups,dc=example,dc=org'],
        deputies: ['ada'],
      }),
      config: { users: { map: EVERYTHING } },
      sandbox: { before },
    })
    await world.step()

    const locales = await world.zendesk.call<{ locales: { id: number; locale: string }[] }>('GET', '/api/v2/locales')
    expect(await user('ada')).toMatchObject({
      email: 'ada@example.org',
      name: 'Ada Lovelace',
      external_id: 'E-1',
      alias: 'ADA',
      details: 'Ockham Park',
      notes: 'Desk 42',
      signature: 'The Countess',
      phone: '+493023125999',
      organization_id: 77,
      locale_id: locales.locales.find((one) => one.locale === 'de')!.id,
      time_zone: 'Berlin',
      tags: ['analysis', 'engines'],
      ticket_restriction: 'groups',
      moderator: true,
      only_private_comments: true,
      verified: true,
      role: 'agent',
      custom_role_id: 88,
      user_fields: { cost_center: 'K-7', floor: 42 },
    })
    expect((await user('bob'))['organization_id']).toBe(78)
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
    expect(JSON.stringify(world.logs)).not.toContain('K-7')
  })

  it('leaves an attribute alone whose name Zendesk does not know, and reports it; the rest is written', async () => {
    world = await openWorld({
      ldif: directoryOf([{ ...ADA, o: 'Akme', preferredLanguage: 'tlh' }, { uid: 'bob' }], { leads: ['bob'] }),
      config: { users: { map: { ...EVERYTHING, custom_role: byGroup(['leads', 'No such role']) } } },
      sandbox: { before },
    })
    await world.step()

    expect(await user('ada')).toMatchObject({ name: 'Ada Lovelace', organization_id: null, phone: '+493023125999' })
    expect((await user('bob')).role).toBe('end-user')
    expect((await world.problems('connection')).map(({ code, what }) => `${code} ${what}`).sort()).toEqual([
      "CUSTOM_ROLE_UNKNOWN Zendesk has no custom role 'No such role': 1 person is written without it (bob@example.org)",
      "LOCALE_UNKNOWN Zendesk has no locale 'tlh': 1 person is written without it (ada@example.org)",
      "ORGANIZATION_UNKNOWN Zendesk has no organization 'Akme': 1 person is written without it (ada@example.org)",
    ])
  })

  it('knows first-of-several, defaults, values for creation only, and merged tags', async () => {
    world = await openWorld({
      ldif: directoryOf([
        { uid: 'ada', displayName: 'Countess', departmentNumber: 'Engines' },
        { uid: 'bob', cn: 'Bob' },
      ]),
      config: {
        users: {
          map: {
            name: { from: ['displayName', 'cn'] },
            notes: { from: 'description', default: 'nothing known' },
            time_zone: { default: 'Berlin', createOnly: true },
            tags: { from: 'departmentNumber', case: 'lower', mode: 'merge' },
          },
        },
      },
    })
    await world.step()
    const { id } = await user('ada')
    await world.zendesk.call('PUT', `/api/v2/users/${id}`, {
      user: { time_zone: 'Paris', tags: ['engines', 'by-hand'] },
    })
    await modifyEntry(world.slapd, personDn('ada'), { replace: { departmentNumber: 'Poetry', displayName: 'Lady' } })
    await world.step()
    const merged = (await user('ada'))['tags']
    await modifyEntry(world.slapd, personDn('ada'), { replace: { departmentNumber: 'Verse', mail: 'ada@example.com' } })
    await world.step()

    expect(merged).toEqual(['by-hand', 'poetry'])
    expect(await world.zendesk.user('ada@example.com')).toMatchObject({
      name: 'Lady',
      notes: 'nothing known',
      time_zone: 'Paris',
      tags: ['by-hand', 'verse'],
    })
    expect((await user('bob')).name).toBe('Bob')
  })

  it('skips the one entry whose expression fails, with the reason, and follows the role groups of nested members', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', roomNumber: '7' }, { uid: 'bob' }, { uid: 'cid', roomNumber: 'x' }], {
        agents: ['cn=inner,ou=groups,dc=example,dc=org'],
        inner: ['cid'],
      }),
      config: { users: { map: { notes: { expression: '$string($number(roomNumber) + 1)' } } } },
    })
    await world.step()
    await addEntry(world.slapd, groupDn('zd-late'), group('zd-late', ['ada']))
    await world.step()

    expect((await world.zendesk.users()).map((one) => one.email)).not.toContain('cid@example.org')
    expect((await user('ada'))['notes']).toBe('8')
    expect(await world.problems('user')).toMatchObject([{ dn: personDn('cid'), attribute: 'notes' }])
    await modifyEntry(world.slapd, personDn('cid'), { replace: { roomNumber: '9' } })
    await world.step()
    expect(await user('cid')).toMatchObject({ notes: '10', role: 'agent' })
  })
})

describe('an attribute that becomes empty', () => {
  const EMPTIED = ['street', 'roomNumber', 'description', 'telephoneNumber', 'o', 'preferredLanguage', 'l']
  const ALSO = ['departmentNumber', 'businessCategory', 'employeeType', 'carLicense', 'costCenter', 'employeeNumber']

  it('is emptied in Zendesk as each wants it; who the user is stays', async () => {
    world = await openWorld({
      ldif: directoryOf([ADA], { agents: ['ada'] }),
      config: { users: { map: EVERYTHING } },
      sandbox: { before },
    })
    await world.step()
    const full = await user('ada')
    await modifyEntry(world.slapd, personDn('ada'), {
      delete: Object.fromEntries([...EMPTIED, ...ALSO].map((name) => [name, []])),
    })
    await world.step()

    expect(await user('ada')).toMatchObject({
      ...{ email: full.email, name: full.name, role: 'agent', verified: true, external_id: 'E-1' },
      ...{ time_zone: 'Berlin', locale_id: full['locale_id'] },
      ...{ details: null, signature: null, phone: null, organization_id: null, ticket_restriction: null },
      ...{ tags: [], moderator: false, only_private_comments: false },
      user_fields: { cost_center: null, floor: null },
    })
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('is kept with whenEmpty: keep, and nothing is emptied on adoption', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada', telephoneNumber: '7' }, { uid: 'bob' }]),
      config: { users: { map: { phone: { from: 'telephoneNumber', whenEmpty: 'keep' }, notes: 'description' } } },
    })
    await world.zendesk.call('POST', '/api/v2/users', {
      user: { name: 'bob', email: 'bob@example.org', notes: 'VIP', phone: '8' },
    })
    await world.step()
    await modifyEntry(world.slapd, personDn('ada'), { delete: { telephoneNumber: [] } })
    await world.step()
    await world.fullStep()

    expect((await user('ada'))['phone']).toBe('7')
    expect(await user('bob')).toMatchObject({ notes: 'VIP', phone: '8' })
  })
})
