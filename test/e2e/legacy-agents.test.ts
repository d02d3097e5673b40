import { afterEach, describe, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn } from '../fixtures/people.ts'
import { openWorld, type World, type WorldOptions } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const uids = ['ada', 'bob', 'cid', 'dan', 'eve']
const ldif = directoryOf(
  uids.map((uid) => ({ uid })),
  { agents: ['ada', 'bob', 'cid', 'dan'], leads: ['ada'] },
)
const lead = { id: 88, name: 'Team lead', role_type: 0 }
const light = { id: 89, name: 'Light agent', role_type: 1 }
const LEADS = { users: { map: { custom_role: { byGroup: { [groupDn('leads')]: 'Team lead' } } } } }

async function told(options: Omit<WorldOptions, 'ldif'>): Promise<string[]> {
  world = await openWorld({ ldif, ...options })
  await world.step()
  return (await world.problems('connection')).map(({ code, what }) => `${code} ${what}`)
}

describe('agents without a custom role', () => {
  it.each<[string, WorldOptions['config'], string]>([
    ['whom the mapping gives none', LEADS, '3 agents (bob@example.org, cid@example.org, dan@example.org)'],
    [
      'of a mapping without custom roles',
      {},
      '4 agents (ada@example.org, bob@example.org, cid@example.org and 1 more)',
    ],
  ])('%s are told once, where the account has roles of its own', async (_who, config, whom) => {
    const problems = await told({ config: config!, sandbox: { before: { customRoles: [lead, light] } } })

    expect(problems).toEqual([
      `LEGACY_AGENT The account has custom roles, and the mapping yields none for ${whom}: who is given none in Zendesk either is a “legacy agent”`,
    ])
    expect((await runCli(world, ['plan'])).stdout).toContain('LEGACY_AGENT')
  })

  it.each<[string, WorldOptions['sandbox']]>([
    ['has only Zendesk’s roles', { before: { customRoles: [light] } }],
    ['is of a plan without custom roles', { plan: 'professional', before: { customRoles: [lead] } }],
  ])('are nothing to tell of where the account %s', async (_what, sandbox) => {
    expect(await told({ sandbox: sandbox! })).toEqual([])
  })
})
