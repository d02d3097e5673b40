import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
import { type SlapdServer, startSlapd } from '@provisioner/sandbox/servers/slapd.ts'
import { Redis } from 'ioredis'
import { describe, expect, it, vi } from 'vitest'

const run = promisify(execFile)

describe('startRedis', () => {
  it('keeps its data over a crash when it writes an append-only file', async () => {
    await using server = await startRedis({ appendonly: true })
    const client = new Redis(server.url)
    await client.set('name', 'Ada')
    const { pid } = server

    await server.restart({ crash: true })

    expect(server.pid).not.toBe(pid)
    expect(await client.get('name')).toBe('Ada')
    client.disconnect()
  })

  it('refuses writes when its memory is full, rather than forget', async () => {
    await using server = await startRedis({ maxmemory: '1mb' })
    await using client = disposable(new Redis(server.url))

    await expect(
      client.redis.set('big', 'x'.repeat(4_000_000)).then(() => client.redis.set('more', 'y')),
    ).rejects.toThrow('OOM')
  })

  it('dies with a parent that is killed', async () => {
    const program = `import { startRedis } from '@provisioner/sandbox/servers/redis.ts'
      const server = await startRedis()
      console.log(server.pid)
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: import.meta.dirname,
    })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())

    parent.kill('SIGKILL')

    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5_000)
  })
})

describe('startSlapd', () => {
  it('keeps its data and its port over a restart, and loses both when stopped', async () => {
    await using server = await startSlapd({ suffix: 'dc=example,dc=org' })
    await modifyEntry(server, server.suffix, { replace: { o: 'Zürich' } })

    await server.restart()

    expect(await search(server, server.suffix, 'o')).toContain(`o:: ${Buffer.from('Zürich').toString('base64')}`)
    await server.stop()
    await expect(search(server, server.suffix, 'o')).rejects.toThrow("Can't contact LDAP server")
  })

  it('fills memberOf when asked for the overlay', async () => {
    const ldif = [
      'dn: uid=ada,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: ada\ncn: Ada\nsn: L\n',
      'dn: cn=poets,dc=example,dc=org\nobjectClass: groupOfNames\ncn: poets\nmember: uid=ada,dc=example,dc=org\n',
    ].join('\n')
    await using server = await startSlapd({
      suffix: 'dc=example,dc=org',
      overlays: ['memberof'],
      ldif,
    })

    expect(await search(server, 'uid=ada,dc=example,dc=org', 'memberOf')).toContain('memberOf: cn=poets')
  })

  it('makes a certificate that its clients can verify', async () => {
    await using server = await startSlapd({ suffix: 'dc=example,dc=org', tls: true })

    expect(await readFile(server.certificate?.certificateFile ?? '', 'utf8')).toBe(server.certificate?.pem)
    expect(await search({ ...server, url: server.secureUrl }, server.suffix, 'dc')).toContain('dc: example')
  })
})

async function search(
  server: Pick<SlapdServer, 'url' | 'readerDn' | 'readerPassword' | 'certificate'>,
  base: string,
  name: string,
) {
  const who = ['-D', server.readerDn, '-w', server.readerPassword]
  const env = { ...process.env, LDAPTLS_CACERT: server.certificate?.certificateFile ?? '' }
  const { stdout } = await run('ldapsearch', ['-x', '-LLL', '-H', server.url, ...who, '-b', base, '-s', 'base', name], {
    env,
  })
  return stdout
}

function disposable(redis: Redis) {
  return { redis, [Symbol.asyncDispose]: async () => redis.disconnect() }
}
