import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addEntry, applyLdif, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifDelete } from '@provisioner/sandbox/servers/ldif.ts'
import { CYCLE_JOBS } from '@provisioner/shared/queues.ts'
import { startSamba, type SambaServer } from '../fixtures/samba.ts'
import { account, AGENTS, openAd } from '../fixtures/samba-world.ts'
import { expectPartOfCycle } from '../property/plans-ahead.ts'

const owned = new AsyncDisposableStack()
afterAll(() => owned.disposeAsync())

let samba: SambaServer | { readonly missing: string }
beforeAll(async () => {
  samba = await startSamba()
  if (!('missing' in samba)) owned.use(samba)
}, 300_000) // it may have to be installed

const KINDS = ['come or go', 'disable or enable', 'phone', 'move out or in', 'into the group or out'] as const
const Steps = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), who: fc.nat(4) }), { minLength: 6, maxLength: 12 })

let units = 0

/** People of a domain, whom steps change. */
class People {
  readonly #server: SambaServer
  readonly #ou = `Random${++units}`
  readonly #there = new Map<string, { isInside: boolean; isMember: boolean; isDisabled: boolean }>()
  #phone = 0

  constructor(server: SambaServer) {
    this.#server = server
  }

  get base(): string {
    return `OU=In,OU=${this.#ou},${this.#server.suffix}`
  }

  get #outside(): string {
    return `OU=Out,OU=${this.#ou},${this.#server.suffix}`
  }

  async begin(): Promise<void> {
    const unit = (dn: string, ou: string) => addEntry(this.#server, dn, { objectClass: 'organizationalUnit', ou })
    await unit(`OU=${this.#ou},${this.#server.suffix}`, this.#ou)
    await unit(this.base, 'In')
    await unit(this.#outside, 'Out')
    await addEntry(this.#server, this.#group, { objectClass: 'group', sAMAccountName: `zd-${this.#ou}` })
    for (const who of [0, 1, 2]) await this.take({ kind: 'come or go', who })
    for (const who of [0, 1]) await this.take({ kind: 'into the group or out', who })
  }

  async take({ kind, who }: { kind: (typeof KINDS)[number]; who: number }): Promise<void> {
    const name = `p${who}-${this.#ou}`
    const one = this.#there.get(name)
    const dn = `CN=${name},${one?.isInside === false ? this.#outside : this.base}`
    if (kind === 'come or go') {
      if (one) await applyLdif(this.#server, ldifDelete(dn))
      else await addEntry(this.#server, dn, account(name))
      if (one) this.#there.delete(name)
      else this.#there.set(name, { isInside: true, isMember: false, isDisabled: false })
    }
    if (!one) return
    if (kind === 'phone') await modifyEntry(this.#server, dn, { replace: { telephoneNumber: String(++this.#phone) } })
    if (kind === 'disable or enable') {
      one.isDisabled = !one.isDisabled
      await modifyEntry(this.#server, dn, { replace: { userAccountControl: one.isDisabled ? '546' : '544' } })
    }
    if (kind === 'move out or in') {
      one.isInside = !one.isInside
      await renameEntry(this.#server, dn, `CN=${name}`, one.isInside ? this.base : this.#outside)
    }
    if (kind === 'into the group or out') {
      one.isMember = !one.isMember
      await modifyEntry(this.#server, this.#group, { [one.isMember ? 'add' : 'delete']: { member: dn } })
    }
  }

  get #group(): string {
    return `CN=zd-team,${this.base}`
  }
}

const FROM = Number(process.env['PROPERTY_FROM'] ?? 1)
const SEEDS = Number(process.env['PROPERTY_SEEDS'] ?? 4)

it.for(Array.from({ length: SEEDS }, (_one, i) => FROM + i))(
  'of random changes in an Active Directory a cycle that skips what is answered plans what a full one does: seed %i',
  { timeout: 120_000 },
  async (seed, context) => {
    if ('missing' in samba) return context.skip(samba.missing)
    const server = samba
    await fc.assert(
      fc.asyncProperty(Steps, async (steps) => {
        const people = new People(server)
        await people.begin()
        const locations = [{ base: people.base }]
        await using world = await openAd(server, server.adminDn, {
          users: { locations, map: { ...AGENTS, phone: { from: 'telephoneNumber', expectEmpty: true } } },
          groups: { locations: [{ base: people.base, filter: '(cn=zd-*)' }] },
          schedule: { every: '12h', watch: '12h' },
        })
        await world.step()
        for (let at = 0; at < steps.length; at += 3) {
          for (const step of steps.slice(at, at + 3)) await people.take(step)
          await expectPartOfCycle(world)
          await world.cycle(CYCLE_JOBS.changed)
          await world.settled()
          await world.step()
        }
        await world.zendesk.forgetRequests()
        await world.fullStep()
        expect((await world.zendesk.writes()).map(({ method, path, body }) => ({ method, path, body }))).toEqual([])
      }),
      { seed, numRuns: 1, endOnFailure: true },
    )
  },
)
