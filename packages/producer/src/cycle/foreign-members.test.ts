import { expect, it } from 'vitest'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { GroupTree } from '../source/group-tree.ts'
import type { DirectoryGroups } from '../source/read-groups.ts'
import { addForeignMembers } from './foreign-members.ts'

const signal = new AbortController().signal
const KEY = 'cn=team,ou=groups,dc=corp,dc=test'
const HOME = 'cn=ada,ou=people,dc=corp,dc=test'
const CHILD = 'cn=bob,ou=people,dc=child,dc=corp,dc=test'
const SISTER = 'cn=cid,dc=sister,dc=test'
const STRANGER = 'cn=s-1-5-21-11-22-33-1104,cn=foreignsecurityprincipals,dc=corp,dc=test'
const EVERYBODY = 'cn=s-1-5-11,cn=foreignsecurityprincipals,dc=corp,dc=test'
const SID = 'S-1-5-21-11-22-33-1104'

function groupsWith(members: readonly string[]): DirectoryGroups {
  const tree = new GroupTree()
  const of = { id: 'g1', dn: KEY, key: KEY, name: 'team', otherNames: [], lookedFor: [], naming: [], searches: [] }
  tree.put({ ...of, members })
  const root = { key: KEY, dn: KEY, nested: true }
  const roots = { users: [], groups: [], roles: [root], managed: [root] }
  return { tree, roots, managed: [of] } as unknown as DirectoryGroups
}

/** What is told when no other connection is there. */
async function told(members: readonly string[], connection: ConnectionConfig) {
  const alone = { connection, others: [], reader: { foreignMembers: async () => new Map() } } as never
  const { problems } = await addForeignMembers(groupsWith(members), alone, new Map([['g1', new Set()]]), signal)
  return problems
}

function connectionWith(urls: readonly string[], bases: readonly string[], type = 'active-directory') {
  const users = { locations: bases.map((base) => ({ base })) }
  return { directory: { type, urls }, users } as unknown as ConnectionConfig
}

const DC = ['ldap://dc1.corp.test', 'dns:corp.test']
const CATALOGUE = ['ldap://dc1.corp.test:3268', 'ldaps://dc2.corp.test:3269']
const MEMBERS = [HOME, CHILD, SISTER, STRANGER, EVERYBODY, 'uid:dan', 'no dn at all']

it.each([
  ['a domain controller, its own domain', DC, ['OU=People,DC=corp,DC=test'], [CHILD, SISTER, SID]],
  ['a domain controller, from the root', DC, ['DC=corp, DC=test'], [CHILD, SISTER, SID]],
  ['a catalogue, one domain', CATALOGUE, ['OU=People,DC=corp,DC=test'], [CHILD, SISTER, SID]],
  ['a catalogue, from the root of the forest', CATALOGUE, ['DC=corp,DC=test'], [SISTER, SID]],
  ['a catalogue, all of it', CATALOGUE, [''], [SID]],
  ['a catalogue, a location each', CATALOGUE, ['OU=P,DC=corp,DC=test', 'OU=P,DC=child,DC=corp,DC=test'], [SISTER, SID]],
  ['one of two is no catalogue', [...CATALOGUE, ...DC], ['DC=corp,DC=test'], [CHILD, SISTER, SID]],
])('members of domains that %s does not read are told once', async (_what, urls, bases, named) => {
  const problems = await told(MEMBERS, connectionWith(urls, bases))

  expect(problems.map(({ code, id }) => [code, id])).toEqual([['MEMBERS_OF_OTHER_DOMAINS', 'g1']])
  expect(problems[0]?.what.split('team members: ')[1]).toBe(named.toSorted().join('; '))
})

it.each([
  ['where all are read', connectionWith(DC, ['DC=corp,DC=test']), [HOME, EVERYBODY]],
  [
    'of another family, where a DN says nothing of a domain',
    connectionWith(DC, ['DC=corp,DC=test'], 'openldap'),
    [CHILD],
  ],
])('nobody is told of %s', async (_what, connection, members) => {
  expect(await told(members, connection)).toEqual([])
})
