import { describe, expect, it } from 'vitest'
import type { User } from '@provisioner/zendesk/users.ts'
import type { WantedUser } from '../../plan/wanted-user.ts'
import { judgeMember } from './judge-member.ts'
import type { EntryOfMember } from './read-entries.ts'
import { aMember } from './review.fixture.ts'
import type { TeamMember } from './review-file.ts'

const NOW = Date.parse('2026-11-30T00:00:00Z')
const DAYS = 24 * 60 * 60_000

interface Case {
  readonly member?: Partial<TeamMember>
  readonly user?: Partial<User>
  readonly entry?: Partial<EntryOfMember>
  readonly wanted?: Partial<WantedUser>
  readonly groupsOf?: ReadonlySet<number>
}

function judge({ member, user, entry, wanted, groupsOf = new Set([7]) }: Case): string[] {
  const told = aMember(member)
  const has = told.entry === 'in scope' || told.entry === 'not linked'
  const role = told.role
  const shown = { id: 1, name: 'Ada', email: 'ada@example.org', role, custom_role_id: null, ...user } as User
  const base = { name: 'Ada', email: 'ADA@example.org', role: 'agent', agent_brand_ids: [11] }
  const attributes = { ...base, ...wanted?.attributes }
  const one = { id: 'u1', dn: 'x', email: 'ada@example.org', disabled: false, empty: [], createOnly: [] }
  return judgeMember({
    user: shown,
    member: told,
    entry: has
      ? {
          connection: 'staff',
          id: 'u1',
          dn: told.dn,
          entry: told.entry,
          disabled: false,
          wanted: { ...one, tagsMode: 'merge', ...wanted, attributes },
          why: '',
          masked: new Set(),
          ...entry,
        }
      : undefined,
    team: {
      users: [],
      groups: new Map([[7, 'Support']]),
      groupsOf: new Map([[1, groupsOf]]),
      brands: new Map([
        [11, 'Acme'],
        [12, 'Globex'],
      ]),
      brandsOf: new Map([[1, new Set([11])]]),
      customRoles: new Map([[5, 'Lead']]),
      notRead: [],
    },
    managed: new Map([[7, { connection: 'staff', members: new Set(['u1']) }]]),
    idleMs: 90 * DAYS,
    now: NOW,
  }).map(({ code, what }) => `${code}: ${what}`)
}

describe('a team member', () => {
  it.each<[string, Case, string[]]>([
    ['as the directory says', {}, []],
    ['of no entry', { member: { entry: 'none' } }, ['NOBODY_IN_DIRECTORY']],
    ['of an entry that has left', { member: { entry: 'left' } }, ['NOBODY_IN_DIRECTORY']],
    ['of an entry that is not linked', { member: { entry: 'not linked' } }, ['NOT_LINKED']],
    ['of a directory that was not read', { member: { entry: 'unknown', role: 'admin' } }, []],
    ['of a disabled entry', { entry: { disabled: true } }, ['ENTRY_DISABLED']],
    [
      'suspended with their entry',
      { entry: { disabled: true }, member: { suspended: true }, user: { name: 'Other' } },
      ['SUSPENDED_ON_SEAT'],
    ],
    ['suspended without a seat', { entry: { disabled: true }, member: { suspended: true, seat: false } }, []],
    ['who is an admin by hand', { member: { role: 'admin' } }, ['ADMIN_UNEXPECTED']],
    ['who is an admin by the mapping', { member: { role: 'admin' }, wanted: { attributes: { role: 'admin' } } }, []],
    [
      'who is an admin of no entry',
      { member: { entry: 'none', role: 'admin' } },
      ['NOBODY_IN_DIRECTORY', 'ADMIN_UNEXPECTED'],
    ],
    ['who is protected', { member: { entry: 'none', role: 'admin', protectedBy: '*@x', lastSignIn: null } }, []],
    ['who is the API’s own user', { member: { entry: 'none', role: 'admin', apiUser: true, lastSignIn: null } }, []],
    ['protected and suspended', { member: { protectedBy: '*@x', suspended: true } }, ['SUSPENDED_ON_SEAT']],
    ['with another role', { wanted: { attributes: { role: 'end-user' } } }, ['ROLE_DIFFERS']],
    [
      'with another role than they were created with',
      { wanted: { attributes: { role: 'end-user' }, createOnly: ['role'] } },
      [],
    ],
    ['with another custom role', { wanted: { attributes: { custom_role_id: 5 } } }, ['ROLE_DIFFERS']],
    ['with the custom role', { wanted: { attributes: { custom_role_id: 5 } }, user: { custom_role_id: 5 } }, []],
    ['who is missing in a managed group', { groupsOf: new Set() }, ['GROUPS_DIFFER']],
    ['who is in a group of the account’s own', { groupsOf: new Set([7, 8]) }, []],
    ['in other brands', { wanted: { attributes: { agent_brand_ids: [12] } } }, ['BRANDS_DIFFER']],
    [
      'in more brands than are known',
      { wanted: { attributes: { agent_brand_ids: [] }, partial: ['agent_brand_ids'] } },
      [],
    ],
    ['with another address', { user: { email: 'ada@other.example' } }, ['EMAIL_DIFFERS']],
    ['with another name', { user: { name: 'Ada L' } }, ['NAME_DIFFERS']],
    ['who signed in 89 days ago', { member: { lastSignIn: '2026-09-03T00:00:00Z' } }, []],
    ['who signed in 91 days ago', { member: { lastSignIn: '2026-08-31T00:00:00Z' } }, ['SEAT_IDLE']],
    ['new, who never signed in', { member: { lastSignIn: null, createdAt: '2026-11-01T00:00:00Z' } }, []],
    ['old, who never signed in', { member: { lastSignIn: null } }, ['SEAT_IDLE']],
    ['idle without a seat', { member: { lastSignIn: null, seat: false } }, []],
  ])('%s', (_who, of, codes) => {
    expect(judge(of).map((one) => one.split(':')[0])).toEqual(codes)
  })

  it('is told with what both sides have, unless that is masked', () => {
    const differing = { user: { name: 'Ada L' }, groupsOf: new Set<number>() }

    expect(judge(differing)).toEqual([
      'GROUPS_DIFFER: not in Support, as the directory says',
      'NAME_DIFFERS: “Ada L” in Zendesk, “Ada” in the directory',
    ])
    expect(judge({ ...differing, entry: { masked: new Set(['name']) } })[1]).toBe(
      'NAME_DIFFERS: not what the directory says (***)',
    )
  })
})
