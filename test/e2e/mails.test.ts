import { afterEach, describe, expect, it } from 'vitest'
import { addEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, groupDn, person, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const address = (uid: string) => `${uid}@example.org`
const mail = (uid: string, value: string) => modifyEntry(world.slapd, personDn(uid), { replace: { mail: value } })
const status = (uid: string, employeeStatus: string) =>
  modifyEntry(world.slapd, personDn(uid), { replace: { employeeStatus } })

/** Everybody's own change; `old` is in Zendesk before, `off` is disabled from the start, `new` comes later. */
const people = ['ada', 'bob', 'cid', 'dan', 'eve', 'flo', 'gus', 'hal', 'old', 'off']
const created = people.filter((uid) => uid !== 'old' && uid !== 'off')

async function open(verificationMail: boolean, bulkImport: boolean): Promise<void> {
  world = await openWorld({
    ldif: directoryOf(people.map((uid) => ({ uid, ...(uid === 'off' && { employeeStatus: 'left' }) }))),
    config: { users: { verificationMail, provisionDisabled: true, map: { verified: { default: 'true' } } } },
    // the stricter choice: whatever may mail without `skip_verify_email` does
    sandbox: { bulkImport, clock: 100, unknowns: { accessMails: 'sent' } },
  })
  await world.zendesk.call('POST', '/api/v2/users', {
    user: { name: 'Old', email: address('old'), role: 'end-user', skip_verify_email: true },
  })
}

/** Creations in bulk, adoption, creation alone, one new address, a swap, a ring of three, a promotion, restorations. */
async function liveThroughChanges(): Promise<void> {
  await world.step()
  await addEntry(world.slapd, personDn('new'), person({ uid: 'new' }))
  await status('gus', 'left')
  await world.step()

  await mail('ada', address('ada.king'))
  await mail('bob', address('cid'))
  await mail('cid', address('bob'))
  await mail('dan', address('eve'))
  await mail('eve', address('flo'))
  await mail('flo', address('dan'))
  await modifyEntry(world.slapd, groupDn('agents'), { add: { member: [personDn('hal'), personDn('old')] } })
  for (const uid of ['gus', 'off']) await status(uid, 'here')
  await world.step()
}

const mails = async () =>
  ((await world.zendesk.mails()) as { to: string; kind: string }[]).map(({ to, kind }) => `${kind} ${to}`).sort()

describe.each([true, false])('with bulk import %s, Zendesk', (bulkImport) => {
  it('mails nobody, whoever is created, adopted, moved to another address, promoted or restored', async () => {
    await open(false, bulkImport)

    await liveThroughChanges()

    const users = Object.fromEntries((await world.zendesk.users()).map((user) => [user.name, user]))
    expect(['ada', 'bob', 'cid', 'dan', 'eve', 'flo'].map((uid) => users[uid]?.email)).toEqual(
      ['ada.king', 'cid', 'bob', 'eve', 'flo', 'dan'].map(address),
    )
    expect([users['hal']?.role, users['old']?.role]).toEqual(['agent', 'agent'])
    expect([users['gus']?.suspended, users['off']?.suspended]).toEqual([false, false])
    expect(await mails()).toEqual([])
  })

  it('mails with verificationMail those that are created, and nobody for anything else', async () => {
    await open(true, bulkImport)

    await liveThroughChanges()

    expect(await mails()).toEqual([...created, 'new'].map((uid) => `welcome ${address(uid)}`).sort())
  })
})
