import { expect } from 'vitest'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { HeldDecisions } from '@provisioner/shared/ledger/held-decisions.ts'
import { groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { changeDirectory, groupEntry, OUTSIDE, personEntry } from './change-directory.ts'
import { changeZendesk } from './change-zendesk.ts'
import type { Evidence } from './evidence.ts'
import { GROUPS, groupWishesOf } from './group-wishes.ts'
import { History } from './history.ts'
import { faultsOfGroups } from './judge-groups.ts'
import { faultsOfUsers } from './judge-users.ts'
import { staleProblems } from './judge-problems.ts'
import { lookAtAccount } from './look-at-account.ts'
import { lookAtDirectory } from './look-at-directory.ts'
import { expectPartOfCycle } from './plans-ahead.ts'
import type { Scenario } from './scenario.ts'
import type { Step } from './step.ts'
import { USERS, wishesOf } from './wishes.ts'
import { STAFF } from '../fixtures/staff.ts'

/**
 * Lives through a scenario, then shows that two quiet cycles bring all in step and that a third writes nothing. With
 * `ahead` what has changed is read ahead of each cycle, and shown to be a part of what that releases.
 */
export async function runScenario(scenario: Scenario, { ahead = false } = {}): Promise<void> {
  await using world = await openWorld({
    ldif: ldifOf(scenario),
    slapd: { overlays: ['syncprov'] },
    // In so small a company the last five may well come back at once.
    config: {
      users: USERS,
      groups: GROUPS,
      directory: { status: { expectEmpty: true } },
      // nobody looks: the scenario says when
      ...(ahead && { schedule: { every: '12h', watch: '12h' } }),
    },
    sandbox: {
      limits: 'off',
      bulkImport: true,
      before: {
        users: [...scenario.earlier],
        groups: [
          { id: 1, name: 'Support', default: true },
          ...scenario.earlierGroups.map((name, i) => ({ id: i + 2, name })),
        ],
      },
    },
  })
  const history = new History(await lookAtAccount(world.zendesk))

  for (const step of scenario.steps) {
    if (ahead && step.do === 'cycle' && (await expectPartOfCycle(world)) !== undefined) await followed(world)
    await take(step, world, history)
  }
  for (let quiet = 0; quiet < 2; quiet++) await take({ do: 'cycle', full: true }, world, history)
  expect(await faultsOf(world, history)).toEqual([])

  await world.zendesk.forgetRequests()
  await world.fullStep()
  await world.step()
  expect((await world.zendesk.writes()).map(({ method, path, body }) => ({ method, path, body }))).toEqual([])
  expect(await faultsOf(world, history)).toEqual([])
}

async function followed(world: World): Promise<void> {
  await world.cycle(CYCLE_JOBS.changed)
  await world.settled()
}

async function take(step: Step, world: World, history: History): Promise<void> {
  if (step.do === 'cycle') {
    const { wishes, groupWishes } = await wishesNow(world)
    await (step.full ? world.fullStep() : world.step())
    if (await approveAll(world)) await world.step()
    history.note(wishes, groupWishes, await lookAtAccount(world.zendesk), step.full)
  } else if (step.do.startsWith('by hand')) {
    await changeZendesk(world.zendesk, step as Parameters<typeof changeZendesk>[1])
    history.touch(step, await lookAtAccount(world.zendesk))
  } else await changeDirectory(world.slapd, step as Parameters<typeof changeDirectory>[1])
}

/** An admin who lets every entry have the team member's user that it asks for. Whether anything was held. */
async function approveAll(world: World): Promise<boolean> {
  const held = await world.ledger.heldAndDecided()
  const { done } = await new HeldDecisions(world.redis, STAFF).decide('approve', held, { by: 'ada', at: Date.now() })
  return done.length > 0
}

async function wishesNow({ slapd }: World): Promise<Pick<Evidence, 'wishes' | 'groupWishes'>> {
  const groups = await lookAtDirectory(slapd, 'groupOfNames')
  return { wishes: wishesOf(await lookAtDirectory(slapd, 'inetOrgPerson'), groups), groupWishes: groupWishesOf(groups) }
}

/** What is not as the mapping says. */
async function faultsOf(world: World, history: History): Promise<string[]> {
  const evidence = {
    ...(await wishesNow(world)),
    account: await lookAtAccount(world.zendesk),
    history,
    problems: [
      ...(await world.problems('user')),
      ...(await world.problems('group')),
      ...(await world.problems('membership')),
    ],
  }
  return [...faultsOfUsers(evidence), ...faultsOfGroups(evidence), ...staleProblems(evidence)]
}

function ldifOf({ people, groups }: Scenario): string {
  const unit = (ou: string) => ldifEntry(`ou=${ou},dc=example,dc=org`, { objectClass: 'organizationalUnit', ou })
  return [
    ...['people', 'groups', OUTSIDE].map(unit),
    ...people.map(({ uid, fields }) => ldifEntry(personDn(uid), personEntry(uid, fields))),
    ...groups.map(({ cn, fields }) => ldifEntry(groupDn(cn), groupEntry(cn, fields))),
  ].join('\n')
}
