import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { type LdifAttributes, ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { LogLine } from '../fixtures/log-lines.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

const PEOPLE = 'ou=people,dc=example,dc=org'

/** What an entry has in place of an ordinary person's values. */
type Odd = LdifAttributes & { readonly uid: string }

/** Entries that are at fault, and what is reported of each. */
const FAULTY: readonly (readonly [what: string, Odd, code: string, attribute: string])[] = [
  ['100 KB in a mapped attribute', { uid: 'long', description: 'x'.repeat(102_400) }, 'VALUE_TOO_LONG', 'notes'],
  ['bytes that are no text', { uid: 'junk', audio: Buffer.from('ff00fe80c3', 'hex') }, 'VALUE_BINARY', 'details'],
  ['control characters', { uid: 'nul', audio: Buffer.from('a\u0000\u0007b') }, 'CONTROL_CHARACTER', 'details'],
  ['a name of spaces', { uid: 'spaces', cn: '   ' }, 'NAME_MISSING', 'name'],
  ['a name of 300 characters', { uid: 'name300', cn: 'Maximilian'.repeat(30) }, 'VALUE_TOO_LONG', 'name'],
  ['an address in quotation marks', { uid: 'quoted', mail: '"ada l"@example.org' }, 'EMAIL_MALFORMED', 'email'],
  // OpenLDAP's mail is ASCII, Active Directory's is not
  ['an address with umlauts', { uid: 'umlaut', employeeNumber: 'jürgen@example.org' }, 'EMAIL_MALFORMED', 'email'],
  ['an address without a domain', { uid: 'nodomain', mail: 'ada@' }, 'EMAIL_MALFORMED', 'email'],
  ['an address without an @', { uid: 'noat', mail: 'ada' }, 'EMAIL_MALFORMED', 'email'],
]

/** Entries that look odd and are none: the name and the address in Zendesk. */
const FINE: readonly (readonly [what: string, Odd, name: string, email: string])[] = [
  ['an emoji name', { uid: 'emoji', cn: '👩‍💻 Ada 🇨🇭' }, '👩‍💻 Ada 🇨🇭', 'emoji@example.org'],
  [
    'an address with a trailing space',
    { uid: 'trailing', mail: 'trailing@example.org ' },
    'trailing',
    'trailing@example.org',
  ],
  [
    'two values each: the first as the server gives them',
    { uid: 'two', cn: ['Zoe', 'Ada'], sn: 'x', mail: ['z@example.org', 'a@example.org'] },
    'Zoe',
    'z@example.org',
  ],
  ['an ordinary neighbour', { uid: 'good' }, 'good', 'good@example.org'],
]

/** DNs with every escape, as an admin and as another server may write them. */
const ESCAPED = [
  ['comma', `cn=Lovelace\\, Ada,${PEOPLE}`, `CN=Lovelace\\2C Ada,${PEOPLE}`],
  ['specials', `cn=p\\+q \\"r\\" \\\\s\\; t\\<u\\>,${PEOPLE}`, `cn=p\\2bq \\22r\\22 \\5cs\\3b t\\3cu\\3E, ${PEOPLE}`],
  ['space', `cn=\\ leading and trailing\\ ,${PEOPLE}`, `cn=\\20leading and trailing\\20,${PEOPLE}`],
  ['hash', `cn=\\#hash = mark,${PEOPLE}`, `cn=\\23hash \\3d mark,${PEOPLE}`],
  ['unicode', `cn=Jürgen 😀,${PEOPLE}`, `cn=J\\C3\\BCrgen \\f0\\9f\\98\\80,OU=people,DC=example,DC=org`],
  ['several', `cn=a\\+b+uid=several,${PEOPLE}`, `UID=several+CN=a\\2Bb,${PEOPLE}`],
] as const

const agents = [...ESCAPED.map(([, , other]) => other), ...['good', 'ann', 'bea', 'cid'].map((uid) => personDn(uid))]
const groups = {
  agents,
  'zd-escaped': ESCAPED.map(([, , other]) => other),
  'zd-one': ['ann', groupDn('zd-two')],
  'zd-two': ['bea', groupDn('zd-one')],
  'zd-self': ['cid', groupDn('zd-self')],
  'zd-ghost': ['good', 'never-existed', `cn=no\\, body,${PEOPLE}`],
}

const email = (...names: readonly string[]) => names.map((name) => `${name}@example.org`)

let world: World
beforeAll(async () => {
  const odd = [...FAULTY, ...FINE].map(([, one]) => one)
  world = await openWorld({
    ldif: [
      directoryOf(
        ['ann', 'bea', 'cid'].map((uid) => ({ uid })),
        groups,
      ),
      ...odd.map((one) => ldifEntry(personDn(one.uid), { ...person({ uid: one.uid }), ...one })),
      ...ESCAPED.map(([uid, dn]) => ldifEntry(dn, escapedPerson(uid, dn))),
    ].join('\n'),
    sandbox: { clock: 500, bulkImport: true },
    config: {
      users: {
        map: { email: { from: ['employeeNumber', 'mail'] }, notes: 'description', details: 'audio' },
      },
      groups: { locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)', nested: true }] },
    },
  })
  await world.step()
})
afterAll(() => world?.[Symbol.asyncDispose]())

/** The RDN's values must be among the attributes. */
function escapedPerson(uid: string, dn: string) {
  const { cn: _cn, ...rest } = person({ uid, sn: uid })
  const rdn = dn
    .slice(0, -PEOPLE.length - 1)
    .replace(/\+uid=.*$/, '')
    .slice('cn='.length)
  return { ...rest, cn: rdn.replace(/\\(.)/g, '$1') }
}

describe('an entry at fault is left out and reported, with its DN, its attribute and what to do:', () => {
  it.each(FAULTY)('%s', async (_what, { uid }, code, attribute) => {
    const problem = (await world.problems('user')).find(({ dn }) => dn === personDn(uid))

    expect(problem).toMatchObject({ code, attribute, todo: expect.stringMatching(/directory/) })
    expect(problem!.what.length).toBeLessThan(400)
  })
})

describe('beside them is provisioned', () => {
  it.each(FINE)('%s', async (_what, _person, name, address) => {
    expect(await world.zendesk.user(address)).toMatchObject({ name, suspended: false })
  })

  it('nobody else, and nothing else is reported', async () => {
    const others = ['ann', 'bea', 'cid', ...ESCAPED.map(([uid]) => uid)]
    const dns = (await world.problems('user')).map(({ dn }) => dn)

    expect((await world.zendesk.users()).map((user) => user.email)).toEqual(
      [...email(...others), ...FINE.map(([, , , address]) => address)].sort(),
    )
    expect(dns.sort()).toEqual(FAULTY.map(([, { uid }]) => personDn(uid)).sort())
    expect([...(await world.problems('group')), ...(await world.problems('connection'))]).toEqual([])
  })
})

describe('a group', () => {
  it.each([
    ['with members whose DNs have every escape', 'zd-escaped', email(...ESCAPED.map(([uid]) => uid))],
    ['in a cycle of nested groups', 'zd-one', email('ann', 'bea')],
    ['at the other end of the cycle', 'zd-two', email('ann', 'bea')],
    ['that is its own member', 'zd-self', email('cid')],
    ['with members that do not exist', 'zd-ghost', email('good')],
  ])('%s has the members that exist', async (_what, name, members) => {
    expect(await world.zendesk.members(name)).toEqual(members.toSorted())
  })
})

it('a second cycle, a full one, and values in another order send nothing and report nothing new', async () => {
  // What nobody manages is said of the account, whose owner is in no directory.
  const isOfEntry = ({ problem }: LogLine) => (problem as Problem).subject !== 'account'
  const reported = () => world.logs.filter((line) => line.msg === 'New problem' && isOfEntry(line)).length
  const before = reported()
  await world.zendesk.forgetRequests()

  await world.step()
  await world.fullStep()
  await modifyEntry(world.slapd, personDn('two'), {
    replace: { mail: ['a@example.org', 'z@example.org'], cn: ['Ada', 'Zoe'] },
  })
  await world.step()

  expect(await world.zendesk.writes()).toEqual([])
  expect(reported()).toBe(before)
  expect(before).toBe(FAULTY.length)
})

it('people whose DNs have every escape are known to be gone when they are deleted', async () => {
  for (const [, dn] of ESCAPED) await deleteEntry(world.slapd, dn)

  await world.step()

  const suspended = (await world.zendesk.users()).filter((user) => user.suspended).map((user) => user.email)
  expect(suspended).toEqual(email(...ESCAPED.map(([uid]) => uid)).sort())
  expect(await world.problems('connection')).toEqual([])
})
