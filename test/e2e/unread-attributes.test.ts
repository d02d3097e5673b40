import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { hide, hideable, show } from '../fixtures/hidden-by-acl.ts'
import { groupDn, personDn } from '../fixtures/people.ts'
import { AGENTS, approve, groupProblems, heldIn, mail, worldOfGroups } from '../fixtures/unread-groups.ts'
import type { World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const rights = hideable({ seeAlso: 'access to attrs=seeAlso', member: 'access to attrs=member' })
const team = ldifEntry(groupDn('zd-team'), {
  objectClass: 'groupOfNames',
  cn: 'zd-team',
  member: [personDn('ada'), personDn('dan')],
  seeAlso: [personDn('bob'), personDn('cid')],
})

async function open(): Promise<void> {
  world = await worldOfGroups(
    ['ada', 'bob', 'cid', 'dan'],
    [team, rights.ldif],
    { directory: { membership: { group: ['member', 'seeAlso'], user: false } }, users: { map: AGENTS } },
    rights.slapd,
  )
  await world.step()
}

const all = mail('ada', 'bob', 'cid', 'dan')
const seen = async () => [await world.zendesk.members('zd-team'), await heldIn(world), await groupProblems(world)]

describe('a group that names members in two attributes', () => {
  it.each([
    ['seeAlso', ['bob', 'cid']],
    ['member', ['ada', 'dan']],
  ])('loses nobody because it shows none in %s any more, and goes on once it does', async (attribute, lost) => {
    await open()

    await hide(world, attribute)
    await world.step()
    await world.fullStep()
    const hidden = await seen()
    await show(world, attribute)
    await world.step()

    expect(hidden).toEqual([
      all,
      lost.map((uid) => `remove member ${uid}@example.org in zd-team`),
      ['GROUP_MEMBERS_UNREAD cn=zd-team'],
    ])
    expect(await seen()).toEqual([all, [], []])
  })

  it('loses them when that is approved, and is not asked about again', async () => {
    await open()
    await modifyEntry(world.slapd, groupDn('zd-team'), { delete: { seeAlso: [] } })
    await world.step()
    const causes = (await world.ledger.held()).map(({ cause }) => cause)

    await approve(world)
    const emptied = await seen()
    await modifyEntry(world.slapd, groupDn('zd-team'), { delete: { member: personDn('dan') } })
    await world.step()

    expect(new Set(causes)).toEqual(
      new Set([
        `not in the directory's group: '${groupDn('zd-team')}' names nobody in seeAlso any more, as far as the bind DN may read`,
      ]),
    )
    expect(emptied).toEqual([mail('ada', 'dan'), [], []])
    expect(await seen()).toEqual([mail('ada'), [], []])
  })

  it('loses nobody, and asks nothing, when everybody moves from one to the other', async () => {
    await open()

    await modifyEntry(world.slapd, groupDn('zd-team'), { delete: { seeAlso: [] } })
    await modifyEntry(world.slapd, groupDn('zd-team'), { add: { member: [personDn('bob'), personDn('cid')] } })
    await world.step()

    expect(await seen()).toEqual([all, [], []])
  })
})
