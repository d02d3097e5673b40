import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { migrate } from '@provisioner/history/database/migrate.ts'
import { openHistory } from '@provisioner/history/database/open-history.ts'
import { append } from '@provisioner/history/events/append.ts'
import { runCli } from '../../fixtures/cli.ts'
import { BEGINNING, changeOf, rowsOf } from '../../fixtures/history-rows.ts'
import { testConfig } from '../../fixtures/world-config.ts'

const ada = { at: BEGINNING + 20, connection: 'staff', by: 'ada@host', reason: 'left' }
const about = {
  kind: 'user',
  id: 'id-2',
  label: 'user2@example.org',
  dn: 'uid=u2,ou=people,dc=example,dc=org',
} as const

describe('provisioner history', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'provisioner-history-cli-'))
    await using history = openHistory({ url: 'sqlite:history.db', folder, readOnly: false })
    await migrate(history)
    await append(
      history.database,
      'acme',
      rowsOf(
        [
          ...[1, 2, 3].map((n) => changeOf(n)),
          { type: 'decision', ...ada, ...about, verdict: 'approve', operation: 'suspend user' },
          changeOf(2, {
            at: BEGINNING + 30_000,
            operation: 'suspend user',
            label: '=cmd@example.org',
            before: { presence: 'active', attributes: { phone: 'secret' } },
            after: { presence: 'suspended', attributes: { phone: 'other' } },
            by: 'w',
            cycle: 1_795_940_415_183_000,
            jobStatusId: 'js-1',
          }),
        ],
        ['phone'],
      ),
    )
  })
  afterAll(() => rm(folder, { recursive: true }))

  // Redis, the directory and Zendesk are nowhere, and none of their secrets is set
  const addresses = {
    redis: { url: '${env:REDIS_URL}' },
    ldapUrl: 'ldap://127.0.0.1:1',
    bindDn: 'cn=reader,dc=example,dc=org',
    bindPassword: '${env:LDAP_PASSWORD}',
    zendeskUrl: 'http://127.0.0.1:1',
  }
  const run = (args: readonly string[], history: object | string = { url: 'sqlite:history.db' }) =>
    runCli({ yaml: stringify({ ...testConfig(addresses), history }), env: { PROVISIONER_DATA: folder } }, [
      'history',
      ...args,
    ])
  const json = async (...args: string[]) =>
    (await run([...args, '--json'])).stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { seq: number; changes: object[] })

  it('shows what became of somebody, the newest first, without what is masked', async () => {
    const { code, stdout, stderr } = await run(['user2@example.org'])

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).not.toMatch(/secret|other|1555/)
    const lines = stdout.split('\n')
    const at = (text: string) => lines.findIndex((line) => line.includes(text))
    expect(at('presence: active → suspended')).toBeGreaterThan(0)
    expect(stdout).toContain('phone: *** → ***')
    expect(at('approve suspend user, by ada@host')).toBeGreaterThan(at('presence: active → suspended'))
    expect(at('update user')).toBeGreaterThan(at('approve suspend user'))
  })

  it.each([
    [
      ['--operation', 'suspend user'],
      [5, 4],
    ],
    [['--approved-by', 'ada'], [5]],
    [['--by', 'ada'], [4]],
    [['--cycle', '1795940415183000'], [5]],
    [['--since', new Date(BEGINNING + 25_000).toISOString().slice(0, 19)], [5]],
    [
      ['--limit', '2'],
      [5, 4],
    ],
    [['u1'], [1]],
    [['9000003'], [3]],
  ])('narrows by %j', async (args, seqs) => {
    expect((await json(...args)).map(({ seq }) => seq)).toEqual(seqs)
  })

  it('tells programs each event on a line, and spreadsheets no formula', async () => {
    expect((await json('--cycle', '1795940415183000'))[0]).toMatchObject({
      account: 'acme',
      connection: 'staff',
      type: 'change',
      operation: 'suspend user',
      outcome: 'applied',
      userId: 'id-2',
      jobStatusId: 'js-1',
      changes: [
        { attribute: 'phone', before: '***', after: '***', masked: true },
        { attribute: 'presence', before: 'active', after: 'suspended', masked: false },
      ],
    })
    const csv = (await run(['--csv', '--limit', '1'])).stdout.split('\n')
    expect(csv[0]).toMatch(/^time,account,connection,type,operation,outcome,label,dn/)
    expect(csv[1]).toContain("suspend user,applied,'=cmd@example.org,")
    expect(csv[1]).toContain('"{""phone"":""***"",""presence"":""active""}"')
  })

  it('lists several, says that there is nobody, and fails', async () => {
    const several = await run(['Person'])
    const nobody = await run(['eve'])

    expect([several.code, nobody.code]).toEqual([1, 1])
    expect(several.stdout).toMatch(/^3 are known as 'Person'[^]*id-1 {2}\(user; staff; .*Person 1/)
    expect(nobody.stdout).toContain("knows nobody and no group as 'eve'")
    const [json, csv] = [await run(['eve', '--json']), await run(['eve', '--csv'])]
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([1, { error: { code: 'NOT_ONE' } }])
    expect([csv.code, csv.stdout, csv.stderr]).toEqual([1, '', nobody.stdout])
  })

  it('says what can not work', async () => {
    const [off, elsewhere, connection, since] = await Promise.all([
      run([], 'off'),
      run([], { url: 'sqlite:other.db' }),
      run(['--connection', 'none']),
      run(['--since', 'yesterday']),
    ])

    expect([off.code, elsewhere.code, connection.code, since.code]).toEqual([2, 1, 2, 2])
    expect(off.stderr).toContain('HISTORY_OFF')
    expect(elsewhere.stderr).toContain(`HISTORY_MISSING: There is no history at ${folder}/other.db`)
    expect(connection.stderr).toContain('CONNECTION_UNKNOWN')
    expect(since.stderr).toContain('Give 12h, 30d')
  })

  it('verifies the chain, finds what was changed, and writes nothing', { timeout: 180_000 }, async () => {
    const file = join(folder, 'history.db')
    const before = [await readFile(file), (await stat(file)).mtimeMs]
    const whole = await run(['verify'])
    await run(['user2@example.org'])

    expect([whole.code, whole.stderr]).toEqual([0, ''])
    expect(whole.stdout).toMatch(
      /^acme: 5 events are as they were written; the last one is 5, its hash [0-9a-f]{64}\n$/,
    )
    expect([await readFile(file), (await stat(file)).mtimeMs]).toEqual(before)

    {
      await using history = openHistory({ url: 'sqlite:history.db', folder, readOnly: false })
      await history.database.updateTable('events').set({ by: 'bob@host' }).where('seq', '=', 4).execute()
    }
    const changed = await run(['verify'])
    const told = await run(['verify', '--json'])

    expect([changed.code, told.code]).toEqual([1, 1])
    expect(changed.stdout).toContain('acme: row 4 was changed')
    expect(JSON.parse(told.stdout)).toMatchObject({ account: 'acme', status: 'broken', seq: 4, how: 'changed' })
  })
})
