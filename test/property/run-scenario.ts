import { expect } from 'vitest'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'
import { History } from './history.ts'
import { faultsOfUsers } from './judge.ts'
import { lookAtAccount } from './look-at-account.ts'
import { lookAtDirectory } from './look-at-directory.ts'
import type { Scenario } from './scenario.ts'
import { entryOf, OUTSIDE, takeStep } from './take-step.ts'
import { USERS, wishesOf } from './wishes.ts'

/** Lives through a scenario, then shows that two quiet cycles bring all in step and that a third writes nothing. */
export async function runScenario(scenario: Scenario): Promise<void> {
  await using world = await openWorld({
    ldif: ldifOf(scenario),
    config: { users: USERS },
    sandbox: { limits: 'off', bulkImport: true, before: { users: [...scenario.earlier] } },
  })
  const history = new History(await lookAtAccount(world.zendesk))

  for (const step of scenario.steps) {
    if (step.do === 'cycle') await cycle(world, history, step.full)
    else await takeStep(world, step)
    const touched = 'email' in step && (await world.zendesk.user(step.email))
    if (touched) history.touch(touched, step.do)
  }
  await cycle(world, history, true)
  await cycle(world, history, true)
  expect(await faultsOf(world, history)).toEqual([])

  await world.zendesk.forgetRequests()
  await world.fullStep()
  await world.step()
  expect((await world.zendesk.writes()).map(({ method, path, body }) => ({ method, path, body }))).toEqual([])
  expect(await faultsOf(world, history)).toEqual([])
}

async function cycle(world: World, history: History, full: boolean): Promise<void> {
  const wishes = wishesOf(await lookAtDirectory(world.slapd, 'inetOrgPerson'))
  await (full ? world.fullStep() : world.step())
  history.note(wishes, await lookAtAccount(world.zendesk))
}

async function faultsOf(world: World, history: History): Promise<string[]> {
  return faultsOfUsers({
    wishes: wishesOf(await lookAtDirectory(world.slapd, 'inetOrgPerson')),
    account: await lookAtAccount(world.zendesk),
    history,
    problems: await world.problems('user'),
  })
}

function ldifOf({ people }: Scenario): string {
  const unit = (ou: string) => ldifEntry(`ou=${ou},dc=example,dc=org`, { objectClass: 'organizationalUnit', ou })
  return [
    ...['people', 'groups', OUTSIDE].map(unit),
    ...people.map(({ uid, fields }) => ldifEntry(personDn(uid), entryOf(uid, fields))),
  ].join('\n')
}
