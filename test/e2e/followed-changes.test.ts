import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, applyLdif, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifDelete } from '@provisioner/sandbox/servers/ldif.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, person, personDn } from '../fixtures/people.ts'
import { until } from '../fixtures/until.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const SCHEDULE = { schedule: { every: '12h', watch: '1s' } }

/** Two people who are in Zendesk, in a directory that shows a change token. */
async function followedCompany(config: object = {}): Promise<void> {
  world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
    slapd: { overlays: ['syncprov'] },
    config: { ...SCHEDULE, ...config },
  })
  await world.step()
}

/** Waits for what no cycle of the schedule brings. */
function untilFollowed(condition: () => Promise<boolean>, what: string): Promise<void> {
  return until(condition, 30_000, () => `was not followed: ${what}`)
}

describe('a directory that shows a change token', () => {
  it('is followed: who joins and who leaves, without the schedule', async () => {
    await followedCompany()

    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
    await untilFollowed(async () => (await world.zendesk.user('eve@example.org')) !== undefined, 'who joined')
    await applyLdif(world.slapd, ldifDelete(personDn('bob')))
    await untilFollowed(async () => (await world.zendesk.user('bob@example.org'))?.suspended === true, 'who left')

    const { stdout } = await runCli(world, ['status'])
    expect(stdout).toContain('changes          followed by contextCSN')
  })

  it('is followed from where the last cycle began, whatever happened while nobody looked', async () => {
    const ldif = directoryOf([{ uid: 'ada' }])
    world = await openWorld({ ldif, slapd: { overlays: ['syncprov'] }, config: SCHEDULE })
    await world.step()
    await world.stopProduct()
    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
    await using anew = await openWorld({ ldif, servers: world, config: SCHEDULE })

    await untilFollowed(async () => (await anew.zendesk.user('eve@example.org')) !== undefined, 'who joined meanwhile')
  })
})

describe('what goes out ahead of cycles', () => {
  it('keeps no deletion waiting, though something changes all the time', async () => {
    await followedCompany()
    const changing = new AbortController()
    const changes = (async () => {
      for (let i = 0; !changing.signal.aborted; i++) {
        await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: String(i) } })
        await sleep(500)
      }
    })()
    await untilFollowed(async () => (await world.ledger.followed())?.isAll === true, 'what changes')
    await applyLdif(world.slapd, ldifDelete(personDn('bob')))

    try {
      await untilFollowed(async () => (await world.zendesk.user('bob@example.org'))?.suspended === true, 'who left')
    } finally {
      changing.abort()
      await changes
    }
  })

  it('can’t be read where a group that is named does not exist: then a cycle follows as before', async () => {
    const roles = { 'cn=agents,ou=groups,dc=example,dc=org': null, 'cn=planned,ou=groups,dc=example,dc=org': 'agent' }
    await followedCompany({
      groups: null,
      users: { map: { role: { byGroup: roles, default: 'end-user', expectEmpty: true } } },
    })

    await applyLdif(world.slapd, ldifDelete(personDn('bob')))
    await untilFollowed(async () => (await world.zendesk.user('bob@example.org'))?.suspended === true, 'who left')

    expect((await runCli(world, ['status'])).stdout).not.toContain('CYCLES_FAILING')
  })
})

describe('a directory that shows no change token', () => {
  it('is followed by what was changed lately, and says that deletions are found by the schedule', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]), config: SCHEDULE })
    await world.step()

    await addEntry(world.slapd, personDn('eve'), person({ uid: 'eve' }))
    await untilFollowed(async () => (await world.zendesk.user('eve@example.org')) !== undefined, 'who joined')
    await modifyEntry(world.slapd, personDn('bob'), { replace: { employeeStatus: 'left' } })
    await untilFollowed(
      async () => (await world.zendesk.user('bob@example.org'))?.suspended === true,
      'who was disabled',
    )

    const { stdout } = await runCli(world, ['status'])
    expect(stdout).toContain(
      'changes          followed by modifyTimestamp; deletions are found by the schedule, every 12 h',
    )
  })

  it('nor when entries were changed, is read by the schedule alone, which is said', async () => {
    world = await openWorld({
      ldif: directoryOf([{ uid: 'ada' }]),
      slapd: { database: ['access to attrs=modifyTimestamp by * none', 'access to * by * read'] },
      config: SCHEDULE,
    })
    await world.step()

    await untilFollowed(
      async () => world.logs.some(({ msg }) => typeof msg === 'string' && msg.includes('shows no change token')),
      'nothing was said',
    )

    const { stdout } = await runCli(world, ['status'])
    expect(stdout).toContain('changes          found by the schedule alone, every 12 h')
  })
})
