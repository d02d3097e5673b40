import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { redisContent, writtenSince } from '../fixtures/redis-content.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const cli = (...args: string[]) => runCli(world, args)

const AGENTS = ['ada', 'bob']
const CALLED = ['cyd', 'dee', 'eve', 'fay']
const NAMELESS = ['gus', 'hal', 'ida', 'jon', 'kim']

/** All are in step, but for five without an address. */
async function openInStep(config: object = {}): Promise<void> {
  const people = [...AGENTS, ...CALLED].map((uid) => ({ uid, telephoneNumber: '1', costCenter: 'K-7' }))
  world = await openWorld({
    ldif: directoryOf([...people, ...NAMELESS.map((uid) => ({ uid, mail: null }))], {
      agents: AGENTS,
      'zd-help': AGENTS,
      'zd-night': ['ada'],
    }),
    config: { users: { map: { user_fields: { cost_center: { from: 'costCenter', masked: true } } } }, ...config },
    sandbox: {
      bulkImport: true,
      before: { userFields: [{ id: 1, key: 'cost_center', title: 'Cost center', type: 'text' }] },
    },
  })
  await world.step()
}

/** Four get another phone, ada another name and a masked field, and bob is gone. */
async function changeSome(): Promise<void> {
  for (const uid of CALLED) await modifyEntry(world.slapd, personDn(uid), { replace: { telephoneNumber: '2' } })
  await modifyEntry(world.slapd, personDn('ada'), { replace: { displayName: 'Ada', costCenter: 'K-8' } })
  await deleteEntry(world.slapd, personDn('bob'))
}

describe('provisioner plan', () => {
  it('shows old and new values, those that are masked as such, and what is the same once, and writes nothing', async () => {
    await openInStep()
    await changeSome()
    await world.stopProduct()
    await world.zendesk.forgetRequests()
    const before = await redisContent(world.redis)

    const folder = await mkdtemp(join(tmpdir(), 'provisioner-plan-'))
    const [plan, all, json, full, out] = await Promise.all([
      cli('plan'),
      cli('plan', '--all', '--detailed-exitcode'),
      cli('plan', '--json'),
      cli('plan', '--full', '--limit', '2'),
      cli('plan', '--out', join(folder, 'a.plan')),
    ])
    const files = await readdir(folder)
    await rm(folder, { recursive: true })

    expect(await writtenSince(world.redis, before)).toEqual([])
    expect(await world.zendesk.writes()).toEqual([])
    expect([plan.code, all.code, json.code, full.code, out.code, files]).toEqual([0, 3, 0, 0, 0, ['a.plan']])
    expect(plan.stderr).toMatch(/^Reading the directory and asking Zendesk …$/m)
    expect(plan.stdout + json.stderr).not.toContain('Reading')
    expect(plan.stdout).toMatch(/update user, 4 times: phone "1" → "2"\n(?: {4}\S+@example.org\n){3} {4}… and 1 more/)
    expect(plan.stdout).toMatch(
      /update user: ada@example\.org: name "ada" → "Ada", user_fields\.cost_center \(masked\)/,
    )
    expect(plan.stdout).toMatch(/suspend user: bob@example\.org: suspended false → true/)
    expect(plan.stdout).toMatch(/EMAIL_MISSING \(email\), 5 times: .*\n(?: {4}uid=\S+\n){3} {4}… and 2 more \(--all\)/)
    expect(plan.stdout).toMatch(/Time: about \d+ s, for \d requests? at \d+ a minute/)
    for (const uid of NAMELESS) expect(all.stdout).toContain(`    ${personDn(uid)}`)
    expect(all.stdout).toContain('update user: fay@example.org: phone "1" → "2"')
    expect(full.stdout).toMatch(/Changes:\n(?: {2}\w+ (?:user|member): .*\n){2} {2}… and 5 more/)
    for (const { stdout, stderr } of [plan, all, json, full]) expect(stdout + stderr).not.toMatch(/K-[78]/)
  })

  it('shows one user, one group, or some operations', async () => {
    await openInStep()
    await changeSome()

    const [bob, help, suspended, both, nobody, unknown] = await Promise.all([
      cli('plan', '--user', 'bob@example.org', '--detailed-exitcode'),
      cli('plan', '--group', 'zd-help'),
      cli('plan', '--only', 'suspend', '--detailed-exitcode'),
      cli('plan', '--only', 'create,restore user', '--detailed-exitcode'),
      cli('plan', '--user', 'zoe'),
      cli('plan', '--only', 'kill'),
    ])
    const wrong = await cli('plan', '--user', 'zd-help')

    expect(bob.stdout).toContain(`Of it only what is of uid=bob,ou=people`)
    expect(bob.stdout).toContain('suspend user: bob@example.org')
    expect(bob.stdout).not.toMatch(/update user|EMAIL_MISSING/)
    expect(help.stdout).not.toContain('update user')
    expect(suspended.stdout).toContain('suspend user')
    expect(suspended.stdout).not.toContain('update user')
    expect(both.stdout).toContain('Nothing of that is planned.')
    expect([bob.code, suspended.code, both.code, nobody.code, unknown.code, wrong.code]).toEqual([3, 3, 0, 1, 2, 1])
    expect(nobody.stdout).toContain("known as 'zoe'")
    expect(unknown.stderr).toContain("'kill' is no operation; there are create, update")
    expect(wrong.stdout).toContain("'zd-help' is a group: say --group.")
  })

  it('has an exit code for what is held, and for nothing to do', async () => {
    await openInStep({ guard: { users: { min: 0, share: '0%' } } })
    const before = await cli('plan', '--detailed-exitcode')
    await changeSome()
    const held = await cli('plan', '--detailed-exitcode')
    const plain = await cli('plan')

    expect([before.code, held.code, plain.code]).toEqual([0, 4, 0])
    expect(held.stdout).toContain("Held changes wait for 'provisioner approve staff'.")
  })

  it('is one JSON object of a documented shape', async () => {
    await openInStep()
    await modifyEntry(world.slapd, personDn('ada'), { replace: { telephoneNumber: '2', costCenter: 'K-8' } })

    const { stdout } = await cli('plan', '--json', '--limit', '1')

    const shown = stdout
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
      .replace(/"perMinute":\d+,"ms":\d+/, '"perMinute":560,"ms":107')
    expect(JSON.parse(shown)).toMatchInlineSnapshot(`
      {
        "changes": [
          {
            "changed": [
              "phone",
              "user_fields.cost_center",
            ],
            "dn": "uid=ada,ou=people,dc=example,dc=org",
            "id": "UUID",
            "kind": "user",
            "label": "ada@example.org",
            "operation": "update user",
            "values": [
              {
                "after": "2",
                "before": "1",
                "name": "phone",
              },
              {
                "masked": true,
                "name": "user_fields.cost_center",
              },
            ],
          },
        ],
        "connection": "staff",
        "firstPlan": false,
        "held": [],
        "links": [],
        "lookupsWaiting": {},
        "measures": {},
        "otherConfiguration": false,
        "pending": 0,
        "problems": [
          {
            "attribute": "email",
            "code": "EMAIL_MISSING",
            "dn": "uid=gus,ou=people,dc=example,dc=org",
            "id": "UUID",
            "subject": "user",
            "todo": "Add it in the directory, map another attribute, or leave the entry out by the filter of users.locations",
            "what": "The entry has no mail address: none of the mapped directory attributes has a value that the bind DN can read",
          },
        ],
        "seats": {
          "freed": 0,
          "noneLeft": false,
          "taken": 0,
        },
        "switchedOff": {},
        "time": {
          "ms": 107,
          "perMinute": 560,
          "requests": 1,
        },
        "totals": {
          "groups": 2,
          "memberships": 3,
          "users": 11,
        },
      }
    `)
  })
})
