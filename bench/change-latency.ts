import { setTimeout as sleep } from 'node:timers/promises'
import { type ChangeableDirectory, applyLdif, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { account, sambaAccess, STAFF } from '../test/fixtures/samba-world.ts'
import { startSamba } from '../test/fixtures/samba.ts'
import { loadLdif, userDn, type LoadSize } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { setStage, type Stage } from './stage.ts'

/** Goals of DESIGN's table, s. */
const LATENCY = { p50: 2, p95: 5 }

/** Single changes, one after the other. */
const CHANGES = 200

const LARGE = { endUsers: 98_000, agents: 2_000, groups: 200, memberships: 20_000 }
const SMALL = { endUsers: 4_500, agents: 500, groups: 50, memberships: 2_500 }
/** A domain controller of Samba's takes some twenty new accounts a second. */
const IN_DOMAIN = 500

const SETTING = {
  schedule: { every: '12h', watch: '2s' },
  sandbox: { limits: 'off', clock: 1_000, bulkImport: true },
} as const

/** From a change in an idle directory of 5,000 people to its request to Zendesk. */
export function changeLatency(): Promise<Finding> {
  return inSlapd('change-latency', SMALL)
}

/** The same where there are 100,000. */
export function changeLatencyLarge(): Promise<Finding> {
  return inSlapd('change-latency-large', LARGE)
}

async function inSlapd(bench: string, size: LoadSize): Promise<Finding> {
  await using stage = await setStage({ ...SETTING, ldif: loadLdif(size), overlays: ['syncprov'] })
  await begin(stage)
  const all = await changes(stage, stage.slapd, (i) => userDn(size.agents + i))
  return latency(bench, size.endUsers + size.agents, all)
}

/** From a change in an idle Active Directory to its request to Zendesk. @throws Error where Samba can't be had */
export async function changeLatencyAd(): Promise<Finding> {
  const samba = await startSamba()
  if ('missing' in samba) throw new Error(samba.missing)
  await using domain = samba
  const people = Array.from({ length: IN_DOMAIN }, (_one, i) => `person${i}`)
  const dnOf = (name: string) => `CN=${name},${STAFF}`
  const entries = people.map((name) => ldifEntry(dnOf(name), account(name)))
  await applyLdif(domain, [ldifEntry(STAFF, { objectClass: 'organizationalUnit' }), ...entries].join('\n'))
  await using stage = await setStage({
    ...SETTING,
    connection: {
      directory: sambaAccess(domain),
      users: { locations: [{ base: STAFF }], map: { email: 'mail', name: 'cn', phone: 'telephoneNumber' } },
      groups: { locations: [{ base: STAFF, expectEmpty: true }] },
      // so many of so few
      guard: { updates: { min: 1_000_000 } },
    },
  })
  await begin(stage)
  const all = await changes(stage, domain, (i) => dnOf(people[i]!))
  return latency('change-latency-ad', IN_DOMAIN, all)
}

async function begin(stage: Stage): Promise<void> {
  await stage.start('producer')
  await stage.cycle()
  await stage.start('worker')
  await stage.drained(900_000)
}

/** From each change in the directory to the request that Zendesk gets for it, s, the shortest first. */
async function changes(stage: Stage, directory: ChangeableDirectory, dnOf: (i: number) => string): Promise<number[]> {
  const seconds: number[] = []
  for (let i = 0; i < CHANGES; i++) {
    await stage.zendesk.forgetRequests()
    await sleep(Math.random() * 2_000)
    const from = Date.now()
    await modifyEntry(directory, dnOf(i), { replace: { telephoneNumber: `+49 40 ${100_000 + i}` } })
    for (;;) {
      const sent = (await stage.zendesk.requests()).find(
        ({ method, path }) => method === 'PUT' && path.includes('/users'),
      )
      if (sent) {
        seconds.push((sent.at - from) / 1_000)
        break
      }
      if (Date.now() - from > 120_000) throw new Error('A change has not come to Zendesk within two minutes')
      await sleep(20)
    }
  }
  return seconds.sort((a, b) => a - b)
}

/** @param all in their order, s */
function latency(bench: string, users: number, all: readonly number[]): Finding {
  const [p50, p95] = [0.5, 0.95].map((share) => all[Math.ceil(share * all.length) - 1]!)
  return finding(bench, {
    measured: p50!,
    reference: LATENCY.p50,
    goal: '<= 1',
    also: p95! < LATENCY.p95,
    rows: [
      ['users, single changes', `${users}, ${all.length}`],
      ['p50, s (goal 2)', p50!.toFixed(1)],
      ['p95, s (goal 5)', p95!.toFixed(1)],
    ],
  })
}
