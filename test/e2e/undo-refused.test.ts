import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { historyOf } from '../fixtures/undo.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

async function phone(uid: string, telephoneNumber: string): Promise<void> {
  await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber } })
  await world.step()
}

/** The number of the newest change of somebody, in the history. */
async function numberOf(uid: string): Promise<string> {
  await using history = await historyOf(world)
  const newest = await history.database
    .selectFrom('events')
    .select('seq')
    .where('type', '=', 'change')
    .where('label', '=', `${uid}@example.org`)
    .orderBy('seq', 'desc')
    .executeTakeFirstOrThrow()
  return String(newest.seq)
}

const phoneOf = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))?.phone

describe('undo is refused', () => {
  it('while the history lacks what has happened: it may have changed again', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'bob', telephoneNumber: '+441' }]), history: true })
    await world.step()
    await phone('bob', '+442')
    const change = await numberOf('bob')
    const path = join(world.env['PROVISIONER_DATA']!, 'history.db')
    const holder = new DatabaseSync(path)
    try {
      holder.exec('BEGIN IMMEDIATE')
      await phone('bob', '+443')

      const undone = await runCli(world, ['undo', change, '--yes'])
      const json = await runCli(world, ['undo', change, '--dry-run', '--json'])

      expect([undone.code, json.code, await phoneOf('bob')]).toEqual([1, 1, '+443'])
      expect(undone.stderr).toContain('HISTORY_BEHIND: Nothing is undone: the history has not taken in what happened')
      expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'HISTORY_BEHIND' } })
    } finally {
      holder.close()
    }
    const later = await runCli(world, ['undo', change, '--yes'])

    expect([later.code, await phoneOf('bob')]).toEqual([1, '+443'])
    expect(later.stdout).toMatch(/phone: changed again since, by change \d+/)
  }, 120_000)

  it('of a number that is another connection’s, and of the others with it', async () => {
    const below = (name: string) => ({ locations: [{ base: 'ou=people,dc=example,dc=org', filter: `(uid=${name})` }] })
    world = await openWorld({
      ldif: directoryOf(['ada', 'bob'].map((uid) => ({ uid, telephoneNumber: '+441' }))),
      config: { users: below('ada') },
      others: [{ id: 'partners', users: below('bob'), groups: null }],
      history: true,
    })
    await world.step()
    await phone('ada', '+442')
    await phone('bob', '+442')
    const [ada, bob] = [await numberOf('ada'), await numberOf('bob')]

    const both = await runCli(world, ['undo', ada, bob, '--connection', 'staff', '--yes'])
    await world.step()
    const kept = [await phoneOf('ada'), await phoneOf('bob')]
    const ofAll = await runCli(world, ['undo', ada, bob, '--yes'])
    await world.step()

    expect(both.stderr).toContain(`CHANGE_UNKNOWN: The history has no change ${bob} of these connections`)
    expect([both.code, kept]).toEqual([1, ['+442', '+442']])
    expect([ofAll.code, await phoneOf('ada'), await phoneOf('bob')]).toEqual([0, '+441', '+441'])
  })
})
