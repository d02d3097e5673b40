import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from '@provisioner/sandbox/servers/certificate.ts'
import { type SlapdServer, startSlapd } from '@provisioner/sandbox/servers/slapd.ts'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { asReader, openTestDirectory, readAll } from '../../fixtures/open-test-directory.ts'
import { startTcpProxy } from '../../fixtures/tcp-proxy.ts'

const SUFFIX = 'dc=example,dc=org'

const DATABASE = ['security simple_bind=128', `access to * by dn.exact="cn=reader,${SUFFIX}" read by anonymous auth`]

let server: SlapdServer

beforeAll(async () => {
  server = await startSlapd({ suffix: SUFFIX, tls: true, database: DATABASE })
})
afterAll(() => server.stop())
afterEach(() => void vi.useRealTimers())

/** Verified against the server's own certificate. */
const trusting = () => ({ tls: { verify: true, caFile: server.certificate?.certificateFile } })

it('reads over ldaps:// from a server whose certificate it can verify', async () => {
  await using directory = openTestDirectory({ ...asReader(server, server.secureUrl), ...trusting() })

  expect((await readAll(directory, { base: SUFFIX })).entries).toHaveLength(2)
})

it('reads over StartTLS, by name and by address', async () => {
  for (const url of [server.url, server.url.replace('127.0.0.1', 'localhost')]) {
    await using directory = openTestDirectory({ ...asReader(server, url), ...trusting(), startTls: true })

    expect((await readAll(directory, { base: SUFFIX })).entries).toHaveLength(2)
  }
})

it.each([
  ['ldaps://', false],
  ['StartTLS', true],
])('refuses a certificate that it cannot verify over %s, and says what to do', async (_what, startTls) => {
  await using directory = openTestDirectory({ ...asReader(server, startTls ? server.url : server.secureUrl), startTls })

  const scan = readAll(directory, { base: SUFFIX })

  await expect(scan).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' })
  await expect(scan).rejects.toThrow('into tls.caFile')
})

it('takes any certificate when told not to verify, and warns at every start', async () => {
  await using directory = openTestDirectory({ ...asReader(server, server.secureUrl), tls: { verify: false } })

  expect((await readAll(directory, { base: SUFFIX })).entries).toHaveLength(2)
  expect(directory.logged[0]?.message).toContain('not verified')
})

it('tells that a server wants an encrypted connection', async () => {
  await using directory = openTestDirectory(asReader(server))

  await expect(readAll(directory, { base: SUFFIX })).rejects.toThrow(/Use ldaps:\/\/ or startTls: true/)
})

it.each([
  ['ldaps://', false],
  ['StartTLS', true],
])('reads as whom its certificate names over %s, without a password', async (_what, startTls) => {
  const { certificateFile, keyFile } = server.certificate!
  const tls = { ...trusting().tls, certFile: certificateFile, keyFile }
  await using named = openTestDirectory({ urls: [startTls ? server.url : server.secureUrl], tls, startTls })
  await using anonymous = openTestDirectory({ urls: [server.secureUrl], ...trusting() })

  expect((await readAll(named, { base: SUFFIX })).entries).toHaveLength(2)
  await expect(readAll(anonymous, { base: SUFFIX })).rejects.toThrow('x')
})

it('says that the server may not take the certificate', async () => {
  const other = await makeCertificate(await mkdtemp(join(tmpdir(), 'provisioner-other-')))
  const tls = { ...trusting().tls, certFile: other.certificateFile, keyFile: other.keyFile }
  await using directory = openTestDirectory({ urls: [server.secureUrl], tls })

  await expect(readAll(directory, { base: SUFFIX })).rejects.toThrow('does not take the certificate in tls.certFile')
})

it('says which file is at fault when the authority cannot be read', async () => {
  const tls = { verify: true, caFile: '/nonexistent/authority.pem' }
  await using directory = openTestDirectory({ ...asReader(server, server.secureUrl), tls })

  await expect(readAll(directory, { base: SUFFIX })).rejects.toThrow(/authority\.pem.*Check tls\.caFile/)
})

it('notices that a connection is lost after StartTLS', async () => {
  await using proxy = await startTcpProxy(server.port)
  const config = { ...asReader(server, `ldap://127.0.0.1:${proxy.port}`), ...trusting(), startTls: true }
  await using directory = openTestDirectory(config)
  await readAll(directory, { base: SUFFIX })

  proxy.cut()
  // so that the idle connection is asked for a sign of life
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_000 })

  expect((await readAll(directory, { base: SUFFIX })).entries).toHaveLength(2)
  expect(proxy.taken).toBe(2)
})
