import { IncompleteScanError, SearchBaseMissingError } from '@provisioner/producer/directory/ldap/errors.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { freePort } from '@provisioner/sandbox/servers/free-port.ts'
import { type SlapdServer, startSlapd } from '@provisioner/sandbox/servers/slapd.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { asReader, openTestDirectory, readAll, withDefaults } from '../../fixtures/open-test-directory.ts'
import { startTcpProxy } from '../../fixtures/tcp-proxy.ts'

const SUFFIX = 'dc=example,dc=org'
const PEOPLE = `ou=people,${SUFFIX}`
const never = new AbortController().signal

let server: SlapdServer

beforeAll(async () => {
  const limited = `limits dn.exact="cn=reader,${SUFFIX}" size.soft=100 size.hard=100 size.prtotal=120`
  server = await startSlapd({ suffix: SUFFIX, ldif: sample(250), database: [limited] })
})
afterAll(() => server.stop())
afterEach(() => void vi.useRealTimers())

/** The administrator, whom no limit applies to. */
const asAdmin = (url = server.url) => ({ urls: [url], bindDn: server.adminDn, bindPassword: server.adminPassword })

describe('limits of the server', () => {
  it('makes a scan that hits the size limit incomplete, with what was read and what to do', async () => {
    await using directory = openTestDirectory({ ...asReader(server), pageSize: 50 })

    const scan = readAll(directory, { base: PEOPLE, filter: '(uid=*)' })

    await expect(scan).rejects.toThrow(IncompleteScanError)
    await expect(scan).rejects.toMatchObject({ code: 'DIRECTORY_SCAN_INCOMPLETE', reason: 'size limit' })
    await expect(scan).rejects.toThrow(
      /below 'ou=people,dc=example,dc=org' with \(uid=\*\) at ldap:.* after 3 pages and 120 entries/,
    )
    await expect(scan).rejects.toThrow(/size\.prtotal=unlimited/)
  })

  it('calls a base that does not exist missing, and names the nearest that does', async () => {
    await using directory = openTestDirectory(asAdmin())

    const scan = readAll(directory, { base: `ou=gone,${PEOPLE}` })

    await expect(scan).rejects.toThrow(SearchBaseMissingError)
    await expect(scan).rejects.toMatchObject({ code: 'DIRECTORY_BASE_MISSING', reason: 'base missing' })
    await expect(scan).rejects.toThrow(`the nearest entry that exists is '${PEOPLE}'`)
  })

  it('makes a scan that meets a referral object incomplete', async () => {
    await using directory = openTestDirectory(asAdmin())

    const scan = readAll(directory, { base: `ou=elsewhere,${SUFFIX}` })

    await expect(scan).rejects.toMatchObject({ code: 'DIRECTORY_SCAN_INCOMPLETE', reason: 'referral' })
  })

  it('makes a scan whose answer continues on another server incomplete', async () => {
    await using directory = openTestDirectory(asAdmin())

    const scan = readAll(directory, { base: SUFFIX, filter: '(uid=p1)' })

    await expect(scan).rejects.toThrow('ldap://other.example.org/')
  })

  it('names a filter that is none', async () => {
    await using directory = openTestDirectory(asAdmin())

    await expect(readAll(directory, { base: PEOPLE, filter: '(uid=' })).rejects.toMatchObject({
      code: 'DIRECTORY_FILTER_INVALID',
    })
  })
})

describe('binds', () => {
  it.each([
    ['a wrong password', { bindPassword: 'wrong' }, /bindDn or bindPassword is wrong/],
    ['an empty password, which would read as anonymous', { bindPassword: '' }, /bindPassword is empty/],
    ['a name that is no DN', { bindDn: 'reader' }, /bindDn is not a DN/],
  ])('refuses %s', async (_what, wrong, message) => {
    await using directory = openTestDirectory({ ...asAdmin(), ...wrong })

    const scan = readAll(directory, { base: PEOPLE })

    await expect(scan).rejects.toMatchObject({ code: 'DIRECTORY_BIND_REFUSED' })
    await expect(scan).rejects.toThrow(message)
    await expect(scan).rejects.not.toThrow(server.adminPassword)
  })

  it('reads as anonymous only when no name is configured', async () => {
    await using directory = openTestDirectory({ urls: [server.url] })

    expect((await readAll(directory, { base: PEOPLE, filter: '(uid=*)' })).entries).toHaveLength(250)
  })
})

describe('broken connections', () => {
  it('names every server that is away, and what to check', async () => {
    const port = await freePort()
    await using directory = openTestDirectory({
      ...asAdmin(),
      urls: [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${port}`],
    })

    const scan = readAll(directory, { base: PEOPLE })

    await expect(scan).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' })
    await expect(scan).rejects.toThrow(
      new RegExp(`ldap://127.0.0.1:${port}.*ldaps://127.0.0.1:${port}.*Nothing listens there`),
    )
  })

  it('goes to the next server when the preferred one is away, and says so', async () => {
    const away = `ldap://127.0.0.1:${await freePort()}`
    await using directory = openTestDirectory({ ...asAdmin(), urls: [away, server.url] })

    const { entries } = await readAll(directory, { base: PEOPLE, filter: '(uid=*)' })

    expect(entries).toHaveLength(250)
    expect(directory.logged).toContainEqual(
      expect.objectContaining({ level: 'warn', data: expect.objectContaining({ url: away }) }),
    )
  })

  it('makes a scan incomplete whose connection is cut, and the next one starts over on another server', async () => {
    await using proxy = await startTcpProxy(server.port)
    proxy.cutAfter(8_000)
    const urls = [`ldap://127.0.0.1:${proxy.port}`, server.url]
    await using directory = openTestDirectory({ ...asAdmin(), urls, pageSize: 20 })
    const search = { base: PEOPLE, filter: '(uid=*)' }

    const first = readAll(directory, search)
    await expect(first).rejects.toMatchObject({ code: 'DIRECTORY_SCAN_INCOMPLETE', reason: 'connection lost' })
    const second = await readAll(directory, search)

    expect(second.entries).toHaveLength(250)
    expect(proxy.taken).toBe(1)
  })

  it('does not go on reading after the connection was lost between two pages', async () => {
    await using proxy = await startTcpProxy(server.port)
    await using directory = openTestDirectory({ ...asAdmin(`ldap://127.0.0.1:${proxy.port}`), pageSize: 100 })
    let entries = 0

    const scan = async () => {
      for await (const page of directory.scan(withDefaults({ base: PEOPLE, filter: '(uid=*)' }), never)) {
        entries += page.entries.length
        proxy.cut()
      }
    }

    await expect(scan()).rejects.toMatchObject({ code: 'DIRECTORY_SCAN_INCOMPLETE' })
    expect(entries).toBeLessThan(250)
    expect(proxy.taken).toBe(1)
  })

  it('gives up on a server that says nothing any more', async () => {
    await using proxy = await startTcpProxy(server.port)
    await using directory = openTestDirectory({ ...asAdmin(`ldap://127.0.0.1:${proxy.port}`), pageSize: 50 })

    const scan = async () => {
      for await (const _page of directory.scan(withDefaults({ base: PEOPLE }), never)) proxy.freeze()
    }

    await expect(scan()).rejects.toMatchObject({ code: 'DIRECTORY_SCAN_INCOMPLETE', reason: 'no answer' })
  })

  it('connects again for the next scan when an idle connection has gone', async () => {
    await using proxy = await startTcpProxy(server.port)
    await using directory = openTestDirectory(asAdmin(`ldap://127.0.0.1:${proxy.port}`))
    const search = { base: PEOPLE, filter: '(uid=*)' }
    await readAll(directory, search)

    proxy.cut()
    letTimePass(5_000)

    expect((await readAll(directory, search)).entries).toHaveLength(250)
    expect(proxy.taken).toBe(2)
  })

  it('connects again, within seconds, when an idle connection has gone silent', async () => {
    await using proxy = await startTcpProxy(server.port)
    const access = asAdmin(`ldap://127.0.0.1:${proxy.port}`)
    await using directory = openTestDirectory(access, { operationTimeout: 130_000 })
    const search = { base: PEOPLE, filter: '(uid=*)' }
    await readAll(directory, search)

    proxy.freeze()
    letTimePass(5_000)
    const startedAt = performance.now()

    expect((await readAll(directory, search)).entries).toHaveLength(250)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  it('uses one connection for scans that follow each other', async () => {
    await using proxy = await startTcpProxy(server.port)
    await using directory = openTestDirectory(asAdmin(`ldap://127.0.0.1:${proxy.port}`))

    for (const filter of ['(uid=p1)', '(uid=p2)', '(uid=p3)']) await readAll(directory, { base: PEOPLE, filter })

    expect(proxy.taken).toBe(1)
  })

  it('ends a scan at once when the signal aborts', async () => {
    await using directory = openTestDirectory({ ...asAdmin(), pageSize: 10 })
    const abort = new AbortController()

    const scan = async () => {
      for await (const _page of directory.scan(withDefaults({ base: PEOPLE }), abort.signal))
        abort.abort(new Error('enough'))
    }

    await expect(scan()).rejects.toThrow('enough')
  })
})

/** Of the clock alone: a connection is asked for a sign of life when it was idle for a while. */
function letTimePass(ms: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
}

function sample(count: number): string {
  const people = Array.from({ length: count }, (_, at) => {
    const uid = `p${at + 1}`
    return ldifEntry(`uid=${uid},${PEOPLE}`, { objectClass: 'inetOrgPerson', uid, cn: `Person ${uid}`, sn: uid })
  })
  const referral = ldifEntry(`ou=elsewhere,${SUFFIX}`, {
    objectClass: ['referral', 'extensibleObject'],
    ou: 'elsewhere',
    ref: `ldap://other.example.org/ou=elsewhere,${SUFFIX}`,
  })
  return [ldifEntry(PEOPLE, { objectClass: 'organizationalUnit', ou: 'people' }), referral, ...people].join('')
}
