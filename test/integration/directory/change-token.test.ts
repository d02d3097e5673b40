import { describe, expect, it } from 'vitest'
import type { DirectoryType } from '@provisioner/shared/directory-profiles/profiles.ts'
import { addEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { startSlapd } from '@provisioner/sandbox/servers/slapd.ts'
import { asReader, openTestDirectory } from '../../fixtures/open-test-directory.ts'
import { startScriptedLdap } from '../../fixtures/scripted-ldap.ts'
import { until } from '../../fixtures/until.ts'

const BASES = ['ou=people,dc=example,dc=org', 'OU=Groups,DC=Example,DC=org', 'o=other']
const never = new AbortController().signal

/** What a server shows, by DN: attributes of the root DSE under the empty one. */
type Shown = Readonly<Record<string, Readonly<Record<string, string | Buffer | string[]>>>>

async function tokenOf(type: DirectoryType, shown: Shown, bases = BASES) {
  await using server = await startScriptedLdap(({ base }) => {
    const attributes = shown[base]
    if (attributes === undefined) return { code: 32 }
    return {
      entries: [
        { dn: base, attributes: Object.fromEntries(Object.entries(attributes).map(([k, v]) => [k, [v].flat()])) },
      ],
    }
  })
  await using directory = openTestDirectory({ type, urls: [server.url] })
  const token = await directory.changeToken(bases, never)
  if (typeof token !== 'object') return token
  return { ...token, server: token.server.replace(server.url, 'its address') }
}

describe('the change token', () => {
  it.each<[DirectoryType, string, Shown, object | 'none']>([
    [
      'openldap',
      'every naming context’s contextCSN, which all servers share',
      {
        '': { namingContexts: ['dc=example,dc=org', 'o=other'] },
        'dc=example,dc=org': { contextCSN: '20261129160734.042325Z#000000#000#000000' },
        'o=other': { contextCSN: '20261129160735.000000Z#000000#000#000000' },
      },
      {
        by: 'contextCSN',
        server: '',
        value: '20261129160734.042325Z#000000#000#000000 20261129160735.000000Z#000000#000#000000',
      },
    ],
    [
      'openldap',
      'none, where one naming context shows no contextCSN',
      {
        '': { namingContexts: ['dc=example,dc=org', 'o=other'] },
        'dc=example,dc=org': { contextCSN: '20261129160734.042325Z#000000#000#000000' },
        'o=other': { o: 'other' },
      },
      'none',
    ],
    [
      '389ds',
      'lastusn of each back end, the server’s own',
      { '': { 'lastusn;userroot': '4711', 'lastusn;changelog': '12' } },
      { by: 'lastusn', server: 'its address', value: 'changelog=12,userroot=4711' },
    ],
    [
      '389ds',
      'lastChangeNumber, where only the retro changelog is on',
      { '': { lastchangenumber: '99' } },
      { by: 'lastChangeNumber', server: 'its address', value: '99' },
    ],
    [
      'active-directory',
      'highestCommittedUSN with the invocation id, which a restore makes another one',
      {
        '': { highestCommittedUSN: '123456789012345', dsServiceName: 'CN=NTDS Settings,CN=DC1' },
        'CN=NTDS Settings,CN=DC1': { invocationId: Buffer.from('00ff80', 'hex') },
      },
      { by: 'highestCommittedUSN', server: '00ff80', value: '123456789012345' },
    ],
    [
      'active-directory',
      'highestCommittedUSN with the domain controller’s name, where the invocation id is not shown',
      { '': { highestCommittedUSN: '7', dsServiceName: 'CN=NTDS Settings,CN=DC1' } },
      { by: 'highestCommittedUSN', server: 'CN=NTDS Settings,CN=DC1', value: '7' },
    ],
    ['opendj', 'none, where no changelog is on', { '': { vendorVersion: 'OpenDJ 4.5' } }, 'none'],
    ['generic', 'none, of a server that shows no root DSE', {}, 'none'],
  ])('of %s is %s', async (type, _what, shown, token) => {
    expect(await tokenOf(type, shown)).toEqual(token)
  })

  it('is unknown, and not missing, while the server does not answer', async () => {
    await using server = await startScriptedLdap(() => ({ close: true }))
    await using directory = openTestDirectory({ urls: [server.url] })

    expect(await directory.changeToken(BASES, never)).toBeUndefined()
  })
})

describe('of a server that shows no change token, what was changed lately', () => {
  it('is another token for each change, and once more when no other change can bear its time', async () => {
    await using server = await startSlapd({ suffix: 'dc=example,dc=org' })
    await using directory = openTestDirectory(asReader(server))
    const look = async () => {
      const token = await directory.changeToken(['dc=example,dc=org'], never)
      if (typeof token !== 'object') throw new Error('It shows no change')
      return token.value
    }
    const settled = async () => {
      let value = await look()
      await until(
        async () => !(value = await look()).endsWith('~'),
        10_000,
        () => 'the second is never over',
      )
      return value
    }
    const before = await settled()

    await addEntry(server, 'ou=x,dc=example,dc=org', { objectClass: 'organizationalUnit', ou: 'x' })
    const atOnce = await look()
    const after = await settled()

    expect([before, await look()]).not.toContain(atOnce)
    expect(atOnce).toBe(`${after}~`)
    expect(after).not.toBe(before)
  })

  it('may be more than a function takes arguments, as after a bulk change', async () => {
    const [pages, size] = [15, 10_000]
    const modified = (at: number) => ({ dn: `uid=${at}`, attributes: { modifyTimestamp: ['20261129160734Z'] } })
    await using server = await startScriptedLdap(({ scope, cookie = '' }) => {
      if (scope === 'base') return { entries: [modified(0)], cookie: '' }
      const page = Number(cookie)
      const entries = Array.from({ length: size }, (_one, i) => modified(page * size + i))
      return { entries, cookie: page + 1 < pages ? String(page + 1) : '' }
    })
    await using directory = openTestDirectory({ urls: [server.url] }, { operationTimeout: 30_000 })

    let token: Awaited<ReturnType<typeof directory.changeToken>>
    // A busy machine may not read them all in the seconds that a look has: then it says nothing, and another one does.
    await until(
      async () => (token = await directory.changeToken(['dc=example,dc=org'], never)) !== undefined,
      45_000,
      () => 'there is a token',
    )

    expect(token).toMatchObject({ by: 'modifyTimestamp' })
  }, 60_000)
})
