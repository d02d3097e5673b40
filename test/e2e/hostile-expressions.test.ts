import { afterEach, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const SOURCE = '$contains(description, /^(a+)+$/) ? "only a" : $count([1..$number(roomNumber)])'
/** As many letters as the regular expression needs to be at it for hours. */
const BACKTRACKING = `${'a'.repeat(41)}!`
/** So many numbers are more than a process has memory for. */
const MILLIONS = '9999999'

it('an expression that hangs or wants all memory costs its entry the mapping, and nobody else, in any connection', async () => {
  const people = directoryOf([
    { uid: 'ada', description: 'b', roomNumber: '7' },
    { uid: 'bob', description: BACKTRACKING, roomNumber: '7' },
    { uid: 'cid', description: 'b', roomNumber: MILLIONS },
    { uid: 'dan', description: 'aa', roomNumber: '7' },
  ])
  const elsewhere = ldifEntry('ou=partners,dc=example,dc=org', { objectClass: 'organizationalUnit', ou: 'partners' })
  const eve = ldifEntry(personDn('eve', 'partners'), person({ uid: 'eve' }))
  world = await openWorld({
    ldif: `${people}\n${elsewhere}\n${eve}`,
    config: { users: { map: { notes: { expression: SOURCE } } } },
    others: [
      {
        id: 'partners',
        users: { locations: [{ base: 'ou=partners,dc=example,dc=org', filter: '(objectClass=inetOrgPerson)' }] },
        groups: null,
      },
    ],
  })
  await world.step()

  expect((await world.zendesk.users()).map(({ email, notes }) => [email, notes])).toEqual(
    expect.arrayContaining([
      ['ada@example.org', '7'],
      ['dan@example.org', 'only a'],
      ['eve@example.org', null],
    ]),
  )
  const problems = (await world.problems('user')).toSorted((a, b) => (a.dn! < b.dn! ? -1 : 1))
  expect(problems).toMatchObject(
    ['bob', 'cid'].map((uid) => ({ code: 'EXPRESSION_OVERRAN', dn: personDn(uid), attribute: 'notes' })),
  )
  const [time, memory] = problems
  expect(time!.what).toContain("'$contains(description, /^(a+)+$/)")
  expect(memory!.what).toMatch(/more than 64 MB|within 1 s/)

  const explained = await runCli(world, ['map', personDn('bob')])
  expect([explained.code, explained.stdout]).toEqual([0, expect.stringContaining('EXPRESSION_OVERRAN')])

  await modifyEntry(world.slapd, personDn('bob'), { replace: { description: 'b' } })
  await world.step()
  expect(await world.zendesk.user('bob@example.org')).toMatchObject({ notes: '7' })
})
