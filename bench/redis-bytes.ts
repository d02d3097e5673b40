import type { Redis } from 'ioredis'
import { EntityReader } from '@provisioner/shared/ledger/entity-reader.ts'
import { accountTag } from '@provisioner/shared/ledger/keys.ts'
import { loadLdif } from './reference-load.ts'
import { finding, type Finding } from './result.ts'
import { setStage } from './stage.ts'

const USERS = { endUsers: 98_000, agents: 2_000 }
const GROUPS = 200
const MEMBERSHIPS = 20_000
const NAME = { account: 'acme', connection: 'staff' }

/** What the ledger may keep of one that is in sync, bytes. */
const PER_USER = 700
const PER_MEMBERSHIP = 150

/** Keys looked at in one round trip. */
const AT_ONCE = 1_000

/** How many bytes of Redis the ledger of 100,000 users takes once all is in sync, and jobs beside it. */
export async function redisBytes(): Promise<Finding> {
  await using stage = await setStage({
    ldif: loadLdif({ ...USERS, groups: GROUPS, memberships: MEMBERSHIPS }),
    sandbox: { limits: 'off', clock: 1_000, bulkImport: true },
  })
  await stage.start('producer')
  for (let i = 0; i < 2; i++) await stage.start('worker')
  await stage.cycle()
  await stage.drained(900_000)
  await stage.cycle()
  await stage.drained(60_000)
  const bytes = await bytesByKind(stage.redis)
  const reader = new EntityReader(stage.redis, NAME)
  const [users, memberships] = [await reader.count('user'), await reader.count('membership')]
  const [perUser, perMembership] = [bytes.user / users, bytes.membership / memberships]
  return finding('redis-bytes', {
    measured: Math.max(perUser / PER_USER, perMembership / PER_MEMBERSHIP),
    reference: 1,
    goal: '<= 1',
    rows: [
      ['users, memberships', `${users}, ${memberships}`],
      [`ledger, bytes a user (goal ${PER_USER})`, perUser.toFixed(0)],
      [`ledger, bytes a membership (goal ${PER_MEMBERSHIP})`, perMembership.toFixed(0)],
      ['ledger beside them, MB', (bytes.other / 2 ** 20).toFixed(1)],
      ['queues and finished jobs, MB', (bytes.queues / 2 ** 20).toFixed(1)],
      [
        'Redis in all, MB',
        (Number(/^used_memory:(\d+)/m.exec(await stage.redis.info('memory'))![1]) / 2 ** 20).toFixed(1),
      ],
    ],
  })
}

type Kind = 'user' | 'membership' | 'queues' | 'other'

async function bytesByKind(redis: Redis): Promise<Record<Kind, number>> {
  const sum = { user: 0, membership: 0, queues: 0, other: 0 }
  const tag = accountTag('acme')
  for await (const keys of redis.scanStream({ match: `${tag}:*`, count: AT_ONCE }) as AsyncIterable<string[]>) {
    const pipeline = redis.pipeline()
    for (const key of keys) pipeline.memory('USAGE', key, 'SAMPLES', 0)
    const answers = (await pipeline.exec()) ?? []
    keys.forEach((key, i) => (sum[kindOf(key.slice(tag.length + 1))] += Number(answers[i]?.[1] ?? 0)))
  }
  return sum
}

/** What a key is for, by its name behind the account's tag: `docs/ledger.md` has them. */
function kindOf(name: string): Kind {
  if (name.startsWith('staff.')) return 'queues'
  if (/^[^:]+:(members|groups-of|groups-with-members|membership)(:|$)/.test(name)) return 'membership'
  if (/^[^:]+:(user|users|seen|owners:user|shown-users)(:|$)/.test(name)) return 'user'
  return 'other'
}
