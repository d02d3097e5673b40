import { addEntry, deleteEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { withRoomFor } from '@provisioner/producer/directory/room-for-entries.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { type SlapdServer, startSlapd } from '@provisioner/sandbox/servers/slapd.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asReader, openTestDirectory, readAll, readFound, withDefaults } from '../../fixtures/open-test-directory.ts'

const SUFFIX = 'dc=example,dc=org'
const PEOPLE = `ou=people,${SUFFIX}`
const GUID = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
const never = new AbortController().signal

let server: SlapdServer

beforeAll(async () => {
  server = await startSlapd({ suffix: SUFFIX, ldif: sample(250) })
})
afterAll(() => server.stop())

describe('scanning a real slapd', () => {
  it.each([7, 50, 251, 1000])('reads every entry once with pages of %d', async (pageSize) => {
    await using directory = openTestDirectory({ ...asReader(server), pageSize })

    const { entries } = await readAll(directory, { base: PEOPLE, filter: '(objectClass=person)' })

    expect(entries).toHaveLength(250)
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(250)
    expect(entries.every((entry) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(entry.id))).toBe(true)
  })

  it.each([
    [249, 'says so once, when it has more entries than there is room for', 1],
    [250, 'says nothing when there is room for all', 0],
  ])('with room for %d entries %s', async (room, _what, times) => {
    await using directory = openTestDirectory(asReader(server))
    const warned: object[] = []
    const log = { warn: (data: object) => void warned.push(data) }
    const watched = withRoomFor(room, directory, log)

    for (let i = 0; i < 2; i++)
      expect((await readAll(watched, { base: PEOPLE, filter: '(objectClass=person)' })).entries).toHaveLength(250)

    const told = { code: 'MEMORY_SHORT', base: PEOPLE, entries: 250, room }
    expect(warned).toEqual(Array.from({ length: times }, () => told))
  })

  it('gives attributes by lower-case name, as lists, without the empty ones', async () => {
    await using directory = openTestDirectory(asReader(server))
    const search = { base: `uid=p1,${PEOPLE}`, scope: 'base' as const, attributes: ['CN', 'telephoneNumber', 'MAIL'] }

    const { entries } = await readAll(directory, search)

    const attributes = Object.fromEntries(entries[0]?.attributes ?? [])
    expect(attributes).toMatchObject({ cn: ['Zoë Nr. 1'], mail: ['p1@example.org', 'zoe1@example.org'] })
    expect(Object.keys(attributes).sort()).toEqual(['cn', 'entryuuid', 'mail'])
  })

  it('leaves out passwords, which a server gives when it is asked for everything', async () => {
    const dn = `uid=keeper,${PEOPLE}`
    await addEntry(server, dn, { ...person('keeper'), userPassword: 'hush' })
    await using directory = openTestDirectory(asReader(server))

    const namesOf = async (attributes: string[]) => {
      const answer = await directory.read(dn, attributes, never)
      return answer.status === 'found' ? [...answer.entry.attributes.keys()] : []
    }
    const all = await namesOf(['*', '+'])
    const asked = await namesOf(['cn', 'userPassword'])

    expect(all).toEqual(expect.arrayContaining(['cn', 'entryuuid', 'objectclass']))
    expect(asked).toContain('cn')
    for (const names of [all, asked]) expect(names).not.toContain('userpassword')
    await deleteEntry(server, dn)
  })

  it('keeps an id over a renaming and a move', async () => {
    await addEntry(server, `uid=mover,${PEOPLE}`, person('mover'))
    await using directory = openTestDirectory(asReader(server))
    const before = await readFound(directory, `uid=mover,${PEOPLE}`, [])

    await renameEntry(server, `uid=mover,${PEOPLE}`, 'uid=moved', `ou=others,${SUFFIX}`)
    const after = await readFound(directory, `uid=moved,ou=others,${SUFFIX}`, [])

    expect(after.id).toBe(before.id)
    await deleteEntry(server, `uid=moved,ou=others,${SUFFIX}`)
  })

  it('tells an entry that does not exist from one that does', async () => {
    await using directory = openTestDirectory(asReader(server))

    expect(await directory.read(`uid=nobody,${PEOPLE}`, ['cn'], never)).toEqual({ status: 'missing' })
    expect((await readFound(directory, `uid=p2,${PEOPLE}`, ['cn'])).attributes.get('cn')).toEqual(['Zoë Nr. 2'])
  })

  it('reads single entries while a scan is under way', async () => {
    await using directory = openTestDirectory({ ...asReader(server), pageSize: 100 })
    let found = 0

    for await (const page of directory.scan(withDefaults({ base: PEOPLE, filter: '(uid=*)' }), never)) {
      const again = await Promise.all(page.entries.map((entry) => directory.read(entry.dn, ['cn'], never)))
      found += again.filter(({ status }) => status === 'found').length
    }

    expect(found).toBe(250)
  })

  it('takes a scan left early, and reads the next one from its start', async () => {
    await using directory = openTestDirectory({ ...asReader(server), pageSize: 10 })

    for await (const page of directory.scan(withDefaults({ base: PEOPLE }), never)) {
      expect(page.entries).toHaveLength(10)
      break
    }
    const { entries } = await readAll(directory, { base: PEOPLE, filter: '(uid=*)' })

    expect(entries).toHaveLength(250)
  })
})

describe('ids', () => {
  it('reads objectGUID as bytes and writes it as Microsoft does, whatever the case of its name', async () => {
    await using directory = openTestDirectory({ ...asReader(server), type: 'active-directory', id: 'ObjectGuid' })

    const entry = await readFound(directory, `uid=p1,${PEOPLE}`, [])

    expect(entry.id).toBe('33221100-5544-7766-8899-aabbccddeeff')
    expect(entry.attributes.get('objectguid')).toEqual([GUID])
  })

  it('names the entries that carry no id, or more than one, beside the others', async () => {
    await using directory = openTestDirectory({ ...asReader(server), id: 'mail' })

    const { entries, unidentified } = await readAll(directory, { base: PEOPLE, filter: '(|(uid=p1)(uid=p2)(uid=p3))' })

    expect(unidentified).toEqual([`uid=p1,${PEOPLE}`, `uid=p2,${PEOPLE}`])
    expect(entries.map((entry) => entry.id)).toEqual(['p3%40example%2Eorg'])
  })

  it('gives a single entry without an id as it is', async () => {
    await using directory = openTestDirectory({ ...asReader(server), id: 'employeeNumber' })

    expect(await directory.read(`uid=p2,${PEOPLE}`, ['uid'], never)).toEqual({
      status: 'unidentified',
      entry: { dn: `uid=p2,${PEOPLE}`, attributes: new Map([['uid', ['p2']]]) },
    })
  })
})

/** p1 has two addresses and a GUID, p2 no address. */
function sample(count: number): string {
  const people = Array.from({ length: count }, (_, at) => ldifEntry(`uid=p${at + 1},${PEOPLE}`, person(`p${at + 1}`)))
  const unit = (name: string) => ldifEntry(`ou=${name},${SUFFIX}`, { objectClass: 'organizationalUnit', ou: name })
  return [unit('people'), unit('others'), ...people].join('')
}

function person(uid: string) {
  const mail = uid === 'p1' ? ['p1@example.org', 'zoe1@example.org'] : uid === 'p2' ? [] : [`${uid}@example.org`]
  const classes = ['inetOrgPerson', ...(uid === 'p1' ? ['worker'] : [])]
  return {
    objectClass: classes,
    cn: `Zoë Nr. ${uid.slice(1)}`,
    sn: 'Zoë',
    mail,
    ...(uid === 'p1' && { objectGUID: GUID }),
  }
}
