import { Resolver } from 'node:dns/promises'
import { afterAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { ServerList, type ServiceRecord } from '@provisioner/producer/directory/ldap/server-list.ts'
import { startSlapd } from '@provisioner/sandbox/servers/slapd.ts'
import { startDnsServer } from '../../fixtures/dns-server.ts'
import { asReader, openTestDirectory, readAll } from '../../fixtures/open-test-directory.ts'

const owned = new AsyncDisposableStack()
afterAll(() => owned.disposeAsync())

const records = new Map<string, readonly ServiceRecord[]>()
const dns = owned.use(await startDnsServer(records))
const resolver = new Resolver({ timeout: 500, tries: 1 })
resolver.setServers([dns.address])
const resolveSrv = (service: string) => resolver.resolveSrv(service)

const at = (name: string, { port = 389, priority = 0, weight = 100 }: Partial<ServiceRecord> = {}) => ({
  name,
  port,
  priority,
  weight,
})
const urlsOf = async (addresses: Partial<ConstructorParameters<typeof ServerList>[0]>) => {
  const list = new ServerList(
    { type: 'active-directory', urls: ['dns:corp.example'], startTls: false, ...addresses },
    resolveSrv,
  )
  return (await list.list()).urls
}

beforeEach(() => {
  dns.asked.length = 0
  records.clear()
  records.set('_ldap._tcp.dc._msdcs.corp.example', [at('far.corp.example', { priority: 1 }), at('dc1.corp.example')])
  records.set('_ldap._tcp.berlin._sites.dc._msdcs.corp.example', [at('near.corp.example'), at('dc1.corp.example')])
  records.set('_ldap._tcp.corp.example', [at('ldap1.corp.example', { port: 1389 })])
})

it('a domain of Active Directory stands for its domain controllers, those of the site first', async () => {
  expect(await urlsOf({})).toEqual(['ldaps://dc1.corp.example:636', 'ldaps://far.corp.example:636'])
  const near = await urlsOf({ site: 'Berlin', startTls: true })
  expect(near.slice(0, 2).sort()).toEqual(['ldap://dc1.corp.example:389', 'ldap://near.corp.example:389'])
  expect(near.slice(2)).toEqual(['ldap://far.corp.example:389'])
})

it('a site without domain controllers of its own leaves those of the domain', async () => {
  expect(await urlsOf({ site: 'Oslo' })).toEqual(['ldaps://dc1.corp.example:636', 'ldaps://far.corp.example:636'])
})

it('another domain stands for its LDAP servers, and addresses beside it keep their place', async () => {
  const urls = ['ldaps://first.example', 'dns:corp.example', 'ldaps://ldap1.corp.example:636', 'ldaps://last.example']
  expect(await urlsOf({ type: 'openldap', urls })).toEqual([
    'ldaps://first.example',
    'ldaps://ldap1.corp.example:636',
    'ldaps://last.example',
  ])
})

it('who has more weight comes first more often, and keeps that place', async () => {
  records.set('_ldap._tcp.corp.example', [at('light.example', { weight: 1 }), at('heavy.example', { weight: 9 })])
  let first = 0
  for (let i = 0; i < 200; i++) if ((await urlsOf({ type: 'openldap' }))[0] === 'ldaps://heavy.example:636') first += 1
  // of 200, 180 in the mean, with a standard deviation of 4
  expect(first).toBeGreaterThan(150)

  const list = new ServerList({ type: 'openldap', urls: ['dns:corp.example'], startTls: false }, resolveSrv)
  const once = await list.list()
  expect(await list.list()).toEqual(once)
})

it('is asked once in a quarter of an hour', async () => {
  const list = new ServerList({ type: 'openldap', urls: ['dns:corp.example'], startTls: false }, resolveSrv)

  await list.list()
  await list.list()

  expect(dns.asked).toEqual(['_ldap._tcp.corp.example'])
})

it('what DNS said once is used while it says nothing', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const list = new ServerList({ type: 'openldap', urls: ['dns:corp.example'], startTls: false }, resolveSrv)
  const before = await list.list()
  records.clear()

  vi.advanceTimersByTime(60 * 60_000)

  expect(await list.list()).toEqual(before)
  expect(dns.asked).toHaveLength(2)
})

it('a directory is read from the server that DNS names', async () => {
  const server = owned.use(await startSlapd({ suffix: 'dc=example,dc=org', tls: true }))
  records.set('_ldap._tcp.corp.example', [at('localhost', { port: server.port })])
  const tls = { verify: true, caFile: server.certificate?.certificateFile }
  const config = { ...asReader(server), urls: ['dns:corp.example'], startTls: true, tls }
  await using directory = openTestDirectory(config, { resolveSrv })

  expect((await readAll(directory, { base: 'dc=example,dc=org' })).entries).toHaveLength(2)
  expect(directory.logged.filter(({ level }) => level === 'warn')).toEqual([])
})

it('a domain that DNS does not know is told as a server that can’t be reached, with what to do', async () => {
  await using directory = openTestDirectory({ urls: ['dns:nowhere.example'] }, { resolveSrv })

  await expect(readAll(directory, { base: 'dc=example' })).rejects.toThrow(
    /dns:nowhere\.example: querySrv ENOTFOUND _ldap\._tcp\.nowhere\.example\. Check the domain/,
  )
})
