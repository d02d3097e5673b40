import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World, type WorldOptions } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const user = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))!
const put = async (uid: string, changes: object) =>
  world.zendesk.call('PUT', `/api/v2/users/${(await user(uid)).id}`, { user: changes })
const drift = async () => (await world.problems('user')).filter(({ code }) => code === 'DRIFT')

const MAP = {
  external_id: 'employeeNumber',
  alias: { from: 'mail', parse: 'user-from-email', case: 'upper' },
  details: 'street',
  notes: { expression: "'Desk ' & roomNumber & ' '" },
  signature: 'description',
  organization: 'o',
  locale: 'preferredLanguage',
  time_zone: 'l',
  tags: { from: 'departmentNumber', case: 'lower', mode: 'replace' },
  ticket_restriction: 'businessCategory',
  moderator: 'employeeType',
  only_private_comments: 'carLicense',
  verified: { default: 'true' },
  custom_role: { byGroup: { [groupDn('leads')]: 'Team lead' } },
  user_fields: {
    cost_center: { from: 'costCenter', masked: true },
    floor: 'roomNumber',
    start: 'title',
    remote: 'initials',
    level: 'givenName',
  },
}
const ADA = {
  uid: 'ada',
  cn: 'Ada Lovelace',
  employeeNumber: 'E-1',
  street: 'Ockham Park',
  roomNumber: '42',
  description: '  The Countess ',
  telephoneNumber: '+49 (30) 23125-999',
  o: 'globex',
  preferredLanguage: 'de',
  l: 'Europe/Berlin',
  departmentNumber: ['Engines', 'Analysis'],
  businessCategory: 'groups',
  employeeType: 'TRUE',
  carLicense: 'TRUE',
  costCenter: 'K-7',
  title: '2026-11-28',
  initials: 'TRUE',
  givenName: 'Gold',
}
const BEFORE = {
  organizations: [
    { id: 77, name: 'Globex' },
    { id: 78, name: 'Initech' },
  ],
  customRoles: [
    { id: 88, name: 'Team lead', role_type: 0 },
    { id: 89, name: 'Other', role_type: 0 },
  ],
  userFields: [
    { id: 1, key: 'cost_center', title: 'Cost center', type: 'text' },
    { id: 2, key: 'floor', title: 'Floor', type: 'integer' },
    { id: 3, key: 'start', title: 'Start', type: 'date' },
    { id: 4, key: 'remote', title: 'Remote', type: 'checkbox' },
    { id: 5, key: 'level', title: 'Level', type: 'tagger', options: [{ name: 'Gold', value: 'gold' }] },
  ],
}

function open(mode: 'report' | 'repair' | undefined, { sandbox, config }: Partial<WorldOptions> = {}) {
  return openWorld({
    ldif: directoryOf([ADA, { ...ADA, uid: 'eve', employeeNumber: 'E-2', telephoneNumber: '+49 30 111' }], {
      agents: ['ada'],
      leads: ['ada'],
    }),
    config: { ...(mode && { drift: mode }), users: { map: MAP }, ...config },
    sandbox: { before: BEFORE, ...sandbox },
  })
}

/** What somebody writes by hand, by the attribute's name in a plan's changes. */
const BY_HAND: Readonly<Record<string, object>> = {
  name: { name: 'A. Lovelace' },
  alias: { alias: 'Countess' },
  phone: { phone: '+4930555' },
  details: { details: null },
  notes: { notes: 'Desk 41' },
  signature: { signature: 'Ada' },
  organization_id: { organization_id: 78 },
  locale_id: { locale_id: 16 },
  time_zone: { time_zone: 'Paris' },
  tags: { tags: ['engines', 'analysis', 'gold', 'by_hand'] },
  ticket_restriction: { ticket_restriction: 'assigned' },
  moderator: { moderator: false },
  only_private_comments: { only_private_comments: false },
  custom_role_id: { custom_role_id: 89 },
  'user_fields.cost_center': { user_fields: { cost_center: 'K-8' } },
  'user_fields.floor': { user_fields: { floor: 41 } },
  'user_fields.start': { user_fields: { start: '2026-11-29' } },
  'user_fields.remote': { user_fields: { remote: false } },
  'user_fields.level': { user_fields: { level: null } },
}

const NAMES = [...Object.keys(BY_HAND), 'verified'].sort()

async function changeEverythingByHand(): Promise<void> {
  for (const changes of Object.values(BY_HAND)) await put('ada', changes)
  // Nobody can take a verification back by an update: the address is another one for a moment.
  const { id } = await user('ada')
  const path = `/api/v2/users/${id}/identities`
  const { identities } = await world.zendesk.call<{ identities: { id: number; value: string }[] }>('GET', path)
  await world.zendesk.call('POST', path, { identity: { type: 'email', value: 'moment@example.org' } })
  await world.zendesk.call('DELETE', `${path}/${identities.find(({ value }) => value === 'ada@example.org')!.id}`)
  const { identity } = await world.zendesk.call<{ identity: { id: number } }>('POST', path, {
    identity: { type: 'email', value: 'ada@example.org', verified: false },
  })
  await world.zendesk.call('PUT', `${path}/${identity.id}/make_primary`)
}

describe('what somebody changed in Zendesk', () => {
  it.each(['as written', 'tidied up'] as const)(
    'is nothing right after a load, with every attribute, where Zendesk shows values %s',
    async (valueForms) => {
      world = await open('repair', { sandbox: { before: BEFORE, unknowns: { valueForms } } })
      await world.step()
      await world.zendesk.forgetRequests()

      await world.fullStep()

      expect([await world.zendesk.writes(), await drift()]).toEqual([[], []])
    },
  )

  it('is found and set right in a full cycle with drift: repair, in every attribute', async () => {
    world = await open('repair')
    await world.step()
    const before = await user('ada')
    await changeEverythingByHand()
    const plan = await runCli(world, ['plan', '--full', '--json'])

    await world.fullStep()

    const [planned] = JSON.parse(plan.stdout).changes
    expect([planned.label, planned.drift]).toEqual(['ada@example.org', NAMES])
    expect({ ...(await user('ada')), updated_at: 0 }).toEqual({ ...before, updated_at: 0 })
    expect(await drift()).toEqual([])
    await world.zendesk.forgetRequests()
    await world.fullStep()
    expect(await world.zendesk.writes()).toEqual([])
  })

  it('is told and not written unless drift: repair is set, until it is as it was', async () => {
    world = await open(undefined)
    await world.step()
    const before = await user('ada')
    await changeEverythingByHand()
    await world.zendesk.forgetRequests()

    await world.fullStep()
    await world.step()

    const [told, ...others] = await drift()
    expect([others, await world.zendesk.writes()]).toEqual([[], []])
    expect(told).toMatchObject({ dn: personDn('ada'), what: expect.stringContaining("user 'ada@example.org': ") })
    expect([...told!.what.matchAll(/([\w.]+) is /g)].map(([, name]) => name).sort()).toEqual(NAMES)
    expect(told!.what).toContain("phone is '+4930555' in place of '+49 (30) 23125-999'")
    expect(told!.what).toContain('details is empty in place of')
    expect(told!.what).toContain('user_fields.cost_center is *** in place of ***')
    expect(JSON.stringify([told, world.logs])).not.toMatch(/K-[78]/)
    const { stdout } = await runCli(world, ['plan', '--full'])
    expect(stdout).toContain('DRIFT')

    await put('ada', { ...before, user_fields: before['user_fields'] })
    await world.fullStep()
    expect(await drift()).toEqual([])
  })

  it('counts at the guard as any change does: what is beyond a limit is held, and set right once approved', async () => {
    world = await open('repair', { config: { users: { map: MAP }, drift: 'repair', guard: { updates: { min: 0 } } } })
    await world.step()
    const before = (await user('ada'))['phone']
    await put('ada', { phone: '+4930555' })

    await world.fullStep()
    await world.step()

    expect((await world.ledger.held()).map(({ category }) => category)).toEqual(['updates:phone'])
    expect((await user('ada'))['phone']).toBe('+4930555')
    await runCli(world, ['approve', '--yes'])
    await world.step()
    expect((await user('ada'))['phone']).toBe(before)
  })

  it('leaves alone what others own: tags beside ours that are merged, what is sent with a creation alone', async () => {
    const map = {
      tags: { from: 'departmentNumber', case: 'lower' },
      notes: { from: 'description', createOnly: true },
    }
    world = await open('repair', { config: { drift: 'repair', users: { map } } })
    await world.step()
    await put('ada', { tags: ['engines', 'by_hand'], notes: 'by hand', alias: 'by hand' })

    await world.fullStep()

    expect(await user('ada')).toMatchObject({
      tags: ['analysis', 'by_hand', 'engines'],
      notes: 'by hand',
      alias: 'by hand',
    })
  })

  it('is overwritten by a change of the entry, and told no more once that is looked at', async () => {
    world = await open('report')
    await world.step()
    await put('ada', { phone: '+4930555' })
    await world.fullStep()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '+4930777' } })

    await world.step()
    await world.fullStep()

    expect([(await user('ada'))['phone'], await drift()]).toEqual(['+4930777', []])
  })
})
