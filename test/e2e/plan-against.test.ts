import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf } from '../fixtures/people.ts'
import { redisContent, writtenSince } from '../fixtures/redis-content.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provisioner-review-'))
})
afterEach(async () => {
  await world?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** In step: three agents, one of them in another department, and somebody without one. */
async function openCompany(): Promise<void> {
  const people = ['ada', 'bob', 'cyd|x'].map((uid) => ({ uid: uid.slice(0, 3), displayName: uid, title: 'boss' }))
  world = await openWorld({
    ldif: directoryOf([...people, { uid: 'dee', departmentNumber: 'lab' }], {
      agents: ['ada', 'bob'],
      'zd-a': ['ada'],
    }),
    config: { guard: { users: { min: 0, share: '0%' } } },
  })
  await world.step()
  await world.stopProduct()
  await world.zendesk.forgetRequests()
}

/** The configuration, with a mapping of titles more and nobody of the lab. */
function changed(yaml: string): string {
  return yaml
    .replace('(objectClass=inetOrgPerson)', '(&(objectClass=inetOrgPerson)(!(departmentNumber=lab)))')
    .replace(/( +)email: mail\n/, '$1email: mail\n$1details: title\n$1notes: { from: title, masked: true }\n')
}

describe('a plan of another configuration', () => {
  it('tells what it would do other than the present one, as text, JSON and for a pull request, and writes nothing', async () => {
    await openCompany()
    const present = join(folder, 'present.yaml')
    await writeFile(present, world.yaml)
    const next = { ...world, yaml: changed(world.yaml) }
    const before = await redisContent(world.redis)
    const against = (...args: string[]) => runCli(next, ['plan', '--against', present, ...args])

    const [text, json, md, same, byItself, wrong, part] = await Promise.all([
      against('--detailed-exitcode'),
      against('--json'),
      against('--format', 'md'),
      runCli(world, ['plan', '--against', present, '--detailed-exitcode']),
      runCli({ ...next, env: { PROVISIONER_CONFIG: present } }, ['plan']),
      runCli(world, ['plan', '--format', 'md']),
      against('--user', 'ada'),
    ])

    expect(await writtenSince(world.redis, before)).toEqual([])
    expect(await world.zendesk.writes()).toEqual([])
    expect([text.code, json.code, md.code, same.code, wrong.code, part.code]).toEqual([4, 0, 0, 0, 2, 2])
    expect(text.stdout).toContain('In the directory: 4 → 3 users, 1 groups, 1 memberships.')
    expect(text.stdout).toMatch(/\+ update user: 3\n {4}ada@example\.org: details nothing → "boss", notes \(masked\)/)
    expect(text.stdout).toMatch(/\+ suspend user \(held: users\): 1\n {4}dee@example\.org: /)
    expect(byItself.stdout).toContain('\n+ update user: 3\n')
    expect(same.stdout).toContain('Nothing: both plan the same.')
    const added = { how: 'added', operation: 'update user', held: null }
    expect(JSON.parse(json.stdout)).toMatchObject({
      connection: 'staff',
      items: [added, added, added, { how: 'added', held: 'users' }],
      totals: { before: { users: 4 }, after: { users: 3 } },
    })
    expect(md.stdout).toMatchInlineSnapshot(`
      "### Change review: connection \`staff\`

      What \`provisioner.yaml\` would do other than \`present.yaml\`: **4 things**. **1 would be held** for an admin's word. In the directory: 4 → 3 users, 1 groups, 1 memberships.

      | | change | count |
      |---|---|--:|
      | + | update user | 3 |
      | + | suspend user (held: users) | 1 |

      \`+\` the new one alone does it, \`-\` the present one alone, \`~\` both do something else.

      <details><summary>Details</summary>

      | | change | who | values |
      |---|---|---|---|
      | + | update user | ada@example.org | details nothing → "boss", notes (masked) |
      | + | update user | bob@example.org | details nothing → "boss", notes (masked) |
      | + | update user | cyd@example.org | details nothing → "boss", notes (masked) |
      | + | suspend user | dee@example.org | out of scope |

      </details>
      "
    `)
  })

  it('says which connections only one of them has', async () => {
    await openCompany()
    const present = join(folder, 'present.yaml')
    await writeFile(present, world.yaml.replaceAll('staff', 'crew'))

    const { stdout } = await runCli(world, ['plan', '--against', present])

    expect(stdout).toContain("Connection 'staff' is not in present.yaml")
    expect(stdout).toContain("Connection 'crew' is not in provisioner.yaml any more")
  })
})
