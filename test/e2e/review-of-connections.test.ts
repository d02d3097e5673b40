import { afterEach, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

interface Told {
  readonly findings: readonly { code: string; who: string }[]
  readonly members: readonly { email: string; connection: string | null; entry: string; why: string }[]
  readonly connections: readonly { connection: string; directory: { readWhole: boolean } }[]
}

const locations = (filter: string) => ({ users: { locations: [{ base: 'ou=people,dc=example,dc=org', filter }] } })

/** The review, by a configuration in which the second connection is changed. */
async function review(change: (connections: { id: string; directory: Record<string, unknown> }[]) => void) {
  const config = parse(world.yaml) as { connections: { id: string; directory: Record<string, unknown> }[] }
  change(config.connections)
  const { code, stdout } = await runCli({ yaml: stringify(config), env: {} }, ['review', '--json'])
  const { findings, members, connections } = JSON.parse(stdout) as Told
  return {
    code,
    findings: findings.map((one) => `${one.code} ${one.who}`),
    members: members
      .filter(({ email }) => !/^(api|owner)@/.test(email))
      .map(({ email, connection, entry, why }) => `${email} ${connection} ${entry}: ${why}`),
    whole: connections.map(({ connection, directory }) => `${connection} ${directory.readWhole}`),
  }
}

it('a review asks each connection of the account for its own people, and believes no directory that is not read', async () => {
  const { users } = locations('(employeeType=contractor)')
  const role = { expression: "title = 'Agent' ? 'agent' : 'end-user'", byGroup: null }
  const contractors = { users: { ...users, map: { role } } }
  world = await openWorld({
    ldif: directoryOf([
      { uid: 'ada', employeeType: 'staff' },
      { uid: 'bob', title: 'Agent', employeeType: 'contractor' },
    ]),
    config: { account: { protect: ['owner@example.org'] }, ...locations('(employeeType=staff)'), groups: null },
    others: [{ id: 'contractors', ...contractors, groups: null }],
    sandbox: { before: { users: [{ name: 'Eve', email: 'eve@example.org', role: 'agent' } as never] } },
  })
  await world.step()

  const whole = await review(() => {})
  const unread = await review((all) => (all[1]!.directory = { ...all[1]!.directory, bindPassword: 'another-one' }))
  const gone = await review((all) => all.pop())

  expect(whole).toEqual({
    code: 3,
    findings: ['NOBODY_IN_DIRECTORY eve@example.org'],
    members: [
      'bob@example.org contractors in scope: role agent: expression',
      'eve@example.org null none: no entry has them: the role was given in Zendesk',
    ],
    whole: ['staff true', 'contractors true'],
  })
  expect(unread).toEqual({
    code: 1,
    findings: [],
    members: [
      'bob@example.org contractors unknown: nobody knows: the directory was not read',
      'eve@example.org null unknown: nobody knows: a directory was not read',
    ],
    whole: ['staff true', 'contractors false'],
  })
  expect(gone).toMatchObject({
    code: 3,
    findings: ['NOBODY_IN_DIRECTORY eve@example.org'],
    members: [
      "bob@example.org contractors unknown: nobody knows: this configuration has no connection 'contractors', which has them",
      'eve@example.org null none: no entry has them: the role was given in Zendesk',
    ],
  })
})
