import { describe, expect, it } from 'vitest'
import type { Reply } from '../../fixtures/ldap-messages.ts'
import { openTestDirectory, readAll, readFound, withDefaults } from '../../fixtures/open-test-directory.ts'
import { type Ask, DOMAIN_SCOPE, startScriptedLdap } from '../../fixtures/scripted-ldap.ts'

const BASE = 'ou=people,dc=example,dc=org'
const DN = `cn=poets,${BASE}`
const never = new AbortController().signal

/** An entry with an id made of a number. */
const entry = (at: number, attributes: Record<string, (string | Buffer)[]> = {}) => ({
  dn: `uid=p${at},${BASE}`,
  attributes: { entryUUID: [`00000000-0000-4000-8000-${String(at).padStart(12, '0')}`], ...attributes },
})

const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `uid=m${from + at}`)

describe('paging', () => {
  it('goes on after an empty page that has a cookie', async () => {
    const script: Record<string, Reply> = {
      '': { entries: [entry(1)], cookie: 'a' },
      a: { cookie: 'b' },
      b: { cookie: 'c' },
      c: { entries: [entry(2)], cookie: '' },
    }
    await using server = await startScriptedLdap((ask) => script[ask.cookie ?? ''] ?? {})
    await using directory = openTestDirectory({ urls: [server.url] })

    const { entries } = await readAll(directory, { base: BASE })

    expect(entries.map((found) => found.dn)).toEqual([entry(1).dn, entry(2).dn])
    expect(server.asked).toHaveLength(4)
  })

  it('takes the whole answer of a server that knows no paging', async () => {
    await using server = await startScriptedLdap(() => ({ entries: [entry(1), entry(2)] }))
    await using directory = openTestDirectory({ urls: [server.url] })

    expect((await readAll(directory, { base: BASE })).entries).toHaveLength(2)
  })

  it.each<[string, Reply, string]>([
    ['leaves the paging control out', { entries: [entry(2)] }, 'paging broken'],
    ['answers with an error', { code: 53, message: 'paged results cookie is invalid or old' }, 'refused'],
    ['says that the bind is gone', { code: 1, message: 'a successful bind must be completed' }, 'refused'],
    ['hits its time limit', { entries: [entry(2)], code: 3 }, 'time limit'],
    ['hits its size limit', { entries: [entry(2)], code: 4, cookie: '' }, 'size limit'],
    ['refers elsewhere', { code: 10 }, 'referral'],
    ['continues elsewhere', { references: ['ldap://b/ou=x'], cookie: '' }, 'referral'],
    ['removes the base', { code: 32, matchedDn: 'dc=org' }, 'base missing'],
    ['breaks the connection', { close: true }, 'connection lost'],
    ['sends an intermediate response', { raw: '30070201ID79028000' }, 'refused'],
    ['says nothing that is LDAP', { raw: '3003040141' }, 'no answer'],
  ])('makes the scan incomplete when the server, on page 2, %s', async (_what, reply, reason) => {
    const answer = (ask: Ask): Reply => (ask.cookie === 'next' ? reply : { entries: [entry(1)], cookie: 'next' })
    await using server = await startScriptedLdap(answer)
    await using directory = openTestDirectory({ urls: [server.url] })
    const read: string[] = []

    const scan = async () => {
      for await (const page of directory.scan(withDefaults({ base: BASE }), never))
        read.push(...page.entries.map((one) => one.dn))
    }

    await expect(scan()).rejects.toMatchObject({ reason, progress: { url: server.url } })
    expect(read).toEqual([entry(1).dn])
    expect(server.asked.every((ask) => ask.connection === 1)).toBe(true)
  })

  it('shows what it is, and is read all the same where it does not', async () => {
    const OPENDJ = { type: 'opendj', name: 'OpenDJ Server 4.5.0' }
    const rootDse = { dn: '', attributes: { vendorVersion: ['OpenDJ Server 4.5.0'], vendorName: ['Acme'] } }
    const show = (ask: Ask): Reply => (ask.base === '' ? { entries: [rootDse] } : { entries: [entry(1)] })
    const hide = (ask: Ask): Reply => (ask.base === '' ? { code: 50 } : { entries: [entry(1)] })
    await using open = await startScriptedLdap(show)
    await using closed = await startScriptedLdap(hide)
    await using shown = openTestDirectory({ urls: [open.url] })
    await using hidden = openTestDirectory({ urls: [closed.url] })

    expect(await shown.server(never)).toEqual({ url: open.url, ...OPENDJ, contexts: [] })
    expect(await hidden.server(never)).toBeUndefined()
    expect((await readAll(hidden, { base: BASE })).entries).toHaveLength(1)
  })

  it('asks Active Directory alone not to refer to its other naming contexts', async () => {
    await using server = await startScriptedLdap(() => ({}))
    await using microsoft = openTestDirectory({ urls: [server.url], type: 'active-directory' })
    await using other = openTestDirectory({ urls: [server.url] })

    await readAll(microsoft, { base: BASE })
    await readAll(other, { base: BASE })

    expect(server.asked.map((ask) => ask.controls.includes(DOMAIN_SCOPE))).toEqual([true, false])
  })
})

describe('ranges', () => {
  const group = (name: string, values: string[]) => ({ dn: DN, attributes: { ...entry(7).attributes, [name]: values } })
  const ranges: Record<string, Reply> = {
    'member;range=3-*': { entries: [{ dn: DN, attributes: { 'member;range=3-5': names(3, 5) } }] },
    'member;range=6-*': { entries: [{ dn: DN, attributes: { 'Member;Range=6-*': names(6, 6) } }] },
  }
  const first = { entries: [group('member;range=0-2', names(0, 2))], cookie: '' }

  it('reads a list of values to its end, in a scan and in a single read', async () => {
    await using server = await startScriptedLdap((ask) => ranges[ask.attributes[0] ?? ''] ?? first)
    await using directory = openTestDirectory({ urls: [server.url] })

    const scanned = await readAll(directory, { base: BASE })
    const read = await readFound(directory, DN, ['member'])

    expect(scanned.entries[0]?.attributes.get('member')).toEqual(names(0, 6))
    expect(read.attributes.get('member')).toEqual(names(0, 6))
    expect([...read.attributes.keys()]).toEqual(['entryuuid', 'member'])
  })

  it('reads a group of 100,000 members, of which each request gives 1,500, by as many requests as that takes', async () => {
    const all = names(0, 99_999)
    const piece = (from: number): Reply => {
      const end = from + 1_499 >= all.length - 1 ? '*' : from + 1_499
      const values = all.slice(from, from + 1_500)
      return { entries: [group(`member;range=${from}-${end}`, values)], ...(from === 0 && { cookie: '' }) }
    }
    await using server = await startScriptedLdap((ask) =>
      piece(Number(/range=(\d+)-/.exec(ask.attributes[0] ?? '')?.[1] ?? 0)),
    )
    await using directory = openTestDirectory({ urls: [server.url] })

    const scanned = await readAll(directory, { base: BASE })

    expect(scanned.entries[0]?.attributes.get('member')).toEqual(all)
    expect(server.asked).toHaveLength(Math.ceil(100_000 / 1_500))
  })

  it('reads the ranges on the connection of the scan, before the next page', async () => {
    const pageTwo = { entries: [entry(8)], cookie: '' }
    const answer = (ask: Ask) =>
      ranges[ask.attributes[0] ?? ''] ?? (ask.cookie === 'x' ? pageTwo : { ...first, cookie: 'x' })
    await using server = await startScriptedLdap(answer)
    await using directory = openTestDirectory({ urls: [server.url] })

    await readAll(directory, { base: BASE })

    expect(server.asked.map((ask) => ask.cookie)).toEqual(['', undefined, undefined, 'x'])
    expect(new Set(server.asked.map((ask) => ask.connection)).size).toBe(1)
  })

  it.each<[string, Reply]>([
    ['is missing', { entries: [{ dn: DN, attributes: {} }] }],
    ['starts elsewhere', { entries: [{ dn: DN, attributes: { 'member;range=4-*': names(4, 5) } }] }],
    ['is shorter than it says', { entries: [{ dn: DN, attributes: { 'member;range=3-5': names(3, 4) } }] }],
    ['has lost its entry', { code: 32 }],
  ])('makes the scan incomplete when the next range %s', async (_what, reply) => {
    await using server = await startScriptedLdap((ask) => (ask.attributes[0]?.includes('range') ? reply : first))
    await using directory = openTestDirectory({ urls: [server.url] })

    await expect(readAll(directory, { base: BASE })).rejects.toMatchObject({ reason: 'range broken' })
  })
})

describe('values', () => {
  it('keeps text as text, byte order marks included, and bytes as bytes', async () => {
    const attributes = {
      cn: ['\ufeffJürgen'],
      objectSid: [Buffer.from('AB')],
      photo: [Buffer.from([0xff, 0xfe])],
      'userCertificate;binary': [Buffer.from('text')],
      'description;lang-de': ['Dichter'],
      title: [],
    }
    await using server = await startScriptedLdap(() => ({ entries: [entry(1, attributes)], cookie: '' }))
    await using directory = openTestDirectory({ urls: [server.url] })

    const { entries } = await readAll(directory, { base: BASE })

    const read = Object.fromEntries(entries[0]?.attributes ?? [])
    expect(read).toMatchObject({
      cn: ['\ufeffJürgen'],
      objectsid: [Buffer.from('AB')],
      photo: [Buffer.from([0xff, 0xfe])],
      usercertificate: [Buffer.from('text')],
      'description;lang-de': ['Dichter'],
    })
    expect(Object.keys(read)).not.toContain('title')
  })
})

describe('single reads', () => {
  it.each([
    ['an answer without the entry', {}],
    ['a refusal for want of rights', { code: 50 }],
  ])('takes %s for hidden, not for absent', async (_what, answer) => {
    await using server = await startScriptedLdap(() => answer)
    await using directory = openTestDirectory({ urls: [server.url] })

    expect(await directory.read(DN, ['cn'], never)).toEqual({ status: 'hidden' })
  })
})

describe('binds', () => {
  it('explains what Active Directory says, and tries no other server with the same password', async () => {
    const message = '80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 775, v2580'
    const refuse = () => ({ code: 49, message })
    await using first = await startScriptedLdap(() => ({}), refuse)
    await using second = await startScriptedLdap(() => ({}), refuse)
    const config = { urls: [first.url, second.url], bindDn: 'cn=reader', bindPassword: 'secret' }
    await using directory = openTestDirectory({ ...config, type: 'active-directory' })

    await expect(readAll(directory, { base: BASE })).rejects.toThrow(/the account is locked/)
    expect([first.binds.length, second.binds.length]).toEqual([1, 0])
  })

  it('goes on to the next server when one is too busy for a bind', async () => {
    await using busy = await startScriptedLdap(
      () => ({}),
      () => ({ code: 51 }),
    )
    await using idle = await startScriptedLdap(() => ({ entries: [entry(1)], cookie: '' }))
    const urls = [busy.url, idle.url]
    await using directory = openTestDirectory({ urls, bindDn: 'cn=reader', bindPassword: 'secret' })

    expect((await readAll(directory, { base: BASE })).entries).toHaveLength(1)
    expect(idle.binds).toEqual([{ dn: 'cn=reader', password: 'secret' }])
  })
})
