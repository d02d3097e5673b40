import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { findForeignUsers } from '@provisioner/producer/cycle/foreign-users.ts'
import { openOtherConnections } from '@provisioner/producer/cycle/other-connections.ts'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import { parseConfig } from '@provisioner/shared/config/load-config.ts'
import { summaryWith } from '@provisioner/shared/ledger/cycle-summary.fixture.ts'
import { connectionKeys } from '@provisioner/shared/ledger/keys.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { recordingDestination } from '../../fixtures/log-lines.ts'
import { startScriptedLdap } from '../../fixtures/scripted-ldap.ts'
import { testConfig } from '../../fixtures/world-config.ts'

const SID = 'S-1-5-21-11-22-33-1104'
const FAILING = { since: 1, count: 1, code: 'DIRECTORY_UNREACHABLE', what: 'no answer', released: false }

it('another connection is asked for members once its ledger can tell, and not again after a refused bind', async () => {
  await using owned = new AsyncDisposableStack()
  const redisServer = owned.use(await startRedis())
  const redis = owned.adopt(new Redis(redisServer.url), (one) => one.disconnect())
  const ldap = owned.use(
    await startScriptedLdap(
      () => ({}),
      () => ({ code: 49, message: 'invalid credentials' }),
    ),
  )
  const addresses = {
    redis: redisServer.config,
    ...{ ldapUrl: ldap.url, bindDn: 'cn=reader', bindPassword: 'old', zendeskUrl: 'http://127.0.0.1:1' },
  }
  const directory = { type: 'active-directory', status: null, membership: null }
  const raw = testConfig(addresses, { directory }, [{ id: 'partners', directory, groups: null }])
  const config = parseConfig(stringify(raw), { path: 'test.yaml', env: {} })
  const { state } = connectionKeys({ account: 'acme', connection: 'partners' })
  const log = createLogger({ name: 'test', level: 'silent', destination: recordingDestination([]) })
  const { others } = owned.use(openOtherConnections(config, config.connections[0]!, { redis, log }))
  const why = async () => {
    const { unsure } = await findForeignUsers(new Set([SID]), others, new AbortController().signal)
    return [unsure.get('partners')?.why, ldap.binds.length]
  }
  const asked: unknown[] = []

  asked.push(await why())
  await redis.hset(state, 'firstRun', 'done', 'failing', JSON.stringify(FAILING))
  asked.push(await why())
  await redis.hdel(state, 'failing')
  for (let i = 0; i < 3; i++) asked.push(await why())
  await redis.hset(state, 'lastCycle', JSON.stringify(summaryWith({ cycle: 2 })))
  asked.push(await why())

  const refused = expect.stringMatching(/cn=reader.*Invalid credentials/s)
  expect(asked).toEqual([
    ['its first plan is not carried out yet', 0],
    ['its cycles fail (DIRECTORY_UNREACHABLE)', 0],
    [refused, 1],
    [refused, 1],
    [refused, 1],
    [refused, 2],
  ])
})
