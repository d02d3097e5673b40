import { afterEach, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

it('organizations, custom roles and locales are known by name, whatever the case, and by id', async () => {
  const german = async () =>
    (
      await world.zendesk.call<{ locales: { id: number; locale: string; name: string }[] }>('GET', '/api/v2/locales')
    ).locales.find(({ locale }) => locale === 'de')!
  world = await openWorld({
    ldif: directoryOf(
      [
        { uid: 'ada', o: 'GLOBEX', preferredLanguage: 'German' },
        { uid: 'bob', o: '77', preferredLanguage: '8' },
        { uid: 'cid', o: 'Globex', preferredLanguage: 'DE' },
      ],
      { 'by-name': ['ada'], 'by-id': ['bob'], 'in-capitals': ['cid'] },
    ),
    config: {
      users: {
        map: {
          organization: 'o',
          locale: 'preferredLanguage',
          custom_role: {
            byGroup: {
              [groupDn('by-name')]: 'Team lead',
              [groupDn('by-id')]: '88',
              [groupDn('in-capitals')]: 'TEAM LEAD',
            },
          },
        },
      },
    },
    sandbox: {
      before: {
        organizations: [{ id: 77, name: 'Globex' }],
        customRoles: [{ id: 88, name: 'Team lead', role_type: 0 }],
      },
    },
  })

  const plan = await runCli(world, ['plan', '--all'])
  const lists = await world.zendesk.requests({ path: /\/(organizations|custom_roles|locales)$/ })
  await world.step()

  const { id } = await german()
  expect(plan.stdout).toContain('custom_role_id "Team lead"')
  expect(plan.stdout.match(/organization_id "Globex"/g)).toHaveLength(3)
  expect(plan.stdout.match(/locale_id "de"/g)).toHaveLength(3)
  expect(lists).toHaveLength(3)
  const users = await world.zendesk.users()
  expect(users.map((user) => [user['organization_id'], user['custom_role_id'], user['locale_id']])).toEqual(
    users.map(() => [77, 88, id]),
  )
  expect(users).toHaveLength(3)
})
