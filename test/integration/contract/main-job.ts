import { addEntry, deleteEntry, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, person, personDn } from '../../fixtures/people.ts'
import { startRecordingProxy, type RecordedExchange } from '../../fixtures/recording-proxy.ts'
import { openWorld, type World } from '../../fixtures/world.ts'
import type { ConfigChanges } from '../../fixtures/world-config.ts'

const MANY = ['ada', 'bob', 'cid', 'dan', 'eve', 'flo', 'gus', 'hal', 'ian', 'joy', 'kim', 'lea', 'mia', 'ned']
const TEAM = MANY.slice(0, 8)

const people = MANY.map((uid, at) => ({
  ...{ uid, o: at % 2 === 0 ? 'Acme' : 'Initech', telephoneNumber: `+1 555 01${at + 10}` },
  ...{ departmentNumber: ['Sales', 'North'], roomNumber: String(at), description: `Number ${at}` },
}))

const groups = {
  agents: TEAM,
  leads: ['bob'],
  'zd-a': TEAM,
  'zd-b': ['ada'],
  'zd-c': [],
  'zd-d': ['bob', 'cid'],
  'zd-f': [],
}

const config = {
  users: {
    remove: { deleted: 'delete' },
    oldEmail: 'remove',
    map: {
      organization: { from: 'o', missing: 'create' },
      custom_role: { byGroup: { [groupDn('leads')]: 'Team lead' } },
      locale: { default: 'Deutsch' },
      brands: { default: 'Acme' },
      default_group: { byGroup: { [groupDn('leads')]: 'zd-d' }, default: 'zd-a' },
      tags: { from: 'departmentNumber', case: 'lower', mode: 'merge' },
      notes: { expression: "'Desk ' & roomNumber" },
      details: 'description',
      alias: { from: 'cn', whenEmpty: 'clear' },
      time_zone: { default: 'Berlin', createOnly: true },
      user_fields: { desk: 'roomNumber' },
    },
  },
}

const before = {
  // So many that two people are looked up by search, not by a list of all.
  users: Array.from({ length: 350 }, (_, at) => ({ name: `Customer ${at}`, email: `customer${at}@example.com` })),
  organizations: [{ id: 71, name: 'Acme' }],
  customRoles: [{ id: 72, name: 'Team lead', role_type: 0 }],
  userFields: [{ id: 73, key: 'desk', title: 'Desk', type: 'text' }],
}

/** Does the product's whole job once, and returns all that was said to Zendesk and answered. */
export async function doMainJob(): Promise<readonly RecordedExchange[]> {
  return observe({ bulkImport: true, config }, async (world) => {
    await world.step()
    await changeMany(world)
    await changeOne(world)
    await changeInZendesk(world)
  })
}

/** The first load where Zendesk refuses bulk user import. */
export async function loadWithoutBulk(): Promise<readonly RecordedExchange[]> {
  const { organization: _one, ...map } = config.users.map
  const several = { ...config, users: { ...config.users, map: { ...map, organizations: 'o' } } }
  return observe({ bulkImport: false, config: several }, (world) => world.step())
}

async function observe(
  { bulkImport, config }: { bulkImport: boolean; config: ConfigChanges },
  act: (world: World) => Promise<void>,
): Promise<readonly RecordedExchange[]> {
  await using owned = new AsyncDisposableStack()
  let exchanges: readonly RecordedExchange[] = []
  const world = owned.use(
    await openWorld({
      ldif: directoryOf(people, groups),
      config,
      sandbox: { bulkImport, plan: 'enterprise-plus', clock: 50, before },
      zendeskUrl: async (sandbox) => {
        const proxy = owned.use(await startRecordingProxy(sandbox.url))
        exchanges = proxy.exchanges
        return proxy.url
      },
    }),
  )
  await act(world)
  return exchanges
}

async function changeMany({ slapd, step }: World): Promise<void> {
  for (const uid of TEAM) await phone(slapd, uid, '+1 555 0200')
  for (const uid of ['hal', 'ian', 'joy'])
    await modifyEntry(slapd, personDn(uid), { replace: { employeeStatus: 'left' } })
  for (const uid of ['kim', 'lea', 'mia']) await deleteEntry(slapd, personDn(uid))
  const three = ['bob', 'cid', 'dan'].map((uid) => personDn(uid))
  await modifyEntry(slapd, groupDn('zd-a'), { delete: { member: three } })
  await modifyEntry(slapd, groupDn('zd-b'), { add: { member: three } })
  await modifyEntry(slapd, groupDn('zd-f'), { add: { member: personDn('ada') } })
  await renameEntry(slapd, groupDn('zd-c'), 'cn=zd-e')
  await step()
}

/** One of each kind, and two people who swap their addresses. */
async function changeOne({ slapd, step }: World): Promise<void> {
  await modifyEntry(slapd, personDn('ada'), { replace: { mail: 'bob@example.org' } })
  await modifyEntry(slapd, personDn('bob'), { replace: { mail: 'ada@example.org' } })
  await modifyEntry(slapd, groupDn('zd-e'), { add: { member: personDn('ada') } })
  await addEntry(slapd, personDn('pia'), person({ uid: 'pia', o: 'Acme' }))
  await deleteEntry(slapd, groupDn('zd-d'))
  await step()
  await phone(slapd, 'flo', '+1 555 0400')
  await deleteEntry(slapd, personDn('ned'))
  await modifyEntry(slapd, groupDn('zd-e'), { delete: { member: personDn('ada') } })
  await step()
}

/** What others do in Zendesk, and a bulk write whose answer is lost. */
async function changeInZendesk({ slapd, zendesk, fault, fullStep }: World): Promise<void> {
  const idOf = async (name: string) => (await zendesk.groups()).find((one) => one.name === name)!.id
  await zendesk.call('DELETE', `/api/v2/groups/${await idOf('zd-b')}`)
  await fault({ method: 'PUT', path: '/users/update_many', kind: 'reset-after', times: 1 })
  for (const uid of TEAM) await phone(slapd, uid, '+1 555 0300')
  await fullStep()
}

function phone(slapd: World['slapd'], uid: string, telephoneNumber: string): Promise<void> {
  return modifyEntry(slapd, personDn(uid), { replace: { telephoneNumber } })
}
