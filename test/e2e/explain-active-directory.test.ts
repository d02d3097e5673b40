import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addEntry, deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { explainAll } from '../fixtures/explain.ts'
import { startSamba, type SambaServer } from '../fixtures/samba.ts'
import { account, openAd, openUnit } from '../fixtures/samba-world.ts'

const owned = new AsyncDisposableStack()
afterAll(() => owned.disposeAsync())

let samba: SambaServer | { readonly missing: string }
beforeAll(async () => {
  samba = await startSamba()
  if (!('missing' in samba)) owned.use(samba)
}, 300_000) // it may have to be installed

describe('provisioner explain in a real Active Directory', () => {
  it('finds people by the ids, accounts and parts of names there, and who has left', async (context) => {
    if ('missing' in samba) return context.skip(samba.missing)
    const server = samba
    const { base, at } = await openUnit(server, 'Desk')
    for (const name of ['ada', 'bob', 'cyd'])
      await addEntry(server, at(name), { ...account(name), displayName: `${name} of Desk` })
    const config = { users: { locations: [{ base }] }, groups: { locations: [{ base, expectEmpty: true }] } }
    const world = owned.use(await openAd(server, 'Administrator@corp.test', config))
    await world.step()
    await modifyEntry(server, at('bob'), { replace: { userAccountControl: '546' } })
    await deleteEntry(server, at('cyd'))
    await world.step()

    const [ada, bob, cyd, several] = await explainAll(world, ['ada', 'bob@corp.test', at('cyd'), 'of Des'])
    const id = /directory id +(\S+)/.exec(ada.says)![1]!
    const [byId, inCapitals] = await explainAll(world, [id, id.toUpperCase()])

    expect(ada.verdict).toMatch(/^ada is in Zendesk as end-user \d+, in step since /)
    expect([byId.verdict, inCapitals.verdict]).toEqual([ada.verdict, ada.verdict])
    expect(bob.verdict).toMatch(/^bob is disabled \(userAccountControl: 546\); user \d+ is suspended by us, released /)
    expect(cyd.verdict).toMatch(/^cyd has left: the directory has no such entry any more; user \d+ is suspended by us/)
    expect(several.says).toMatch(/^2 entries are known as 'of Des'/)
  }, 120_000)
})
