import { Absences } from '@provisioner/producer/cycle/absence.ts'
import { renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { ldifEntry } from '@provisioner/sandbox/servers/ldif.ts'
import { startSlapd } from '@provisioner/sandbox/servers/slapd.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import { describe, expect, it } from 'vitest'
import { asReader, openTestDirectory, readAll, type TestDirectory } from '../../fixtures/open-test-directory.ts'
import { startScriptedLdap } from '../../fixtures/scripted-ldap.ts'

const SUFFIX = 'dc=example,dc=org'
const PEOPLE = `ou=people,${SUFFIX}`
const LEFT = `ou=left,${SUFFIX}`
const ID = '2b8d1c3e-0000-4000-8000-00000000abcd'
const SISTER = 'ou=a,dc=sister,dc=test'
const NOBODY = { found: new Set() }
const signal = new AbortController().signal

const unit = (name: string) => ldifEntry(`ou=${name},${SUFFIX}`, { objectClass: 'organizationalUnit', ou: name })
const person = (uid: string, parent: string, more = {}) =>
  ldifEntry(`uid=${uid},${parent}`, { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, ...more })

/** Whose entry was last seen at this DN. */
const lastSeen = (id: string, dn: string) => ({ id, dn, origin: 'created', creationSent: null }) as UserRecord

const AT_ONCE = { disabled: 0, deleted: 0, outOfScope: 0 }

function absencesOf(directory: TestDirectory, remove: object, removeAfter = AT_ONCE): Absences {
  const agents = { disabled: 'suspend', deleted: 'suspend', outOfScope: 'suspend' }
  const users = { remove: { agents, ...remove }, removeAfter, locations: [{ base: PEOPLE }], map: {} }
  return new Absences(directory, { id: 'staff', directory: { id: 'entryUUID' }, users } as never, signal)
}

/** A directory in which nothing is under its DN, and that answers a search by id as it is told. */
function searchedById(answer: object) {
  return startScriptedLdap((ask) => {
    if (ask.base === '') return { entries: [{ dn: '', attributes: { namingContexts: [SUFFIX] } }] }
    return ask.scope === 'base' ? { code: 32 } : answer
  })
}

describe('whose entry is no longer under its DN', () => {
  it.each([
    ['busy', { code: 51 }, 'Busy \\(51\\)'],
    ['its time limit', { code: 3 }, 'Time limit exceeded \\(3\\)'],
    ['its administrative limit', { code: 11 }, 'Administrative limit exceeded \\(11\\)'],
    ['that it is unwilling', { code: 53 }, 'Unwilling to perform \\(53\\)'],
    ['nothing, and hangs up', { close: true }, 'it gave no answer, or took longer than 15 s'],
  ])('is not taken for deleted when the server answers a search for them with %s', async (_what, answer, why) => {
    await using server = await searchedById(answer)
    await using directory = openTestDirectory({ urls: [server.url] })
    const absent = [lastSeen(ID, `uid=ada,${PEOPLE}`)]
    const causes: unknown[] = []
    for (const [deleted, outOfScope] of [
      ['delete', 'suspend'],
      ['suspend', 'delete'],
      ['delete', 'ignore'],
      ['ignore', 'suspend'],
    ]) {
      const absences = absencesOf(directory, { deleted, outOfScope })
      causes.push(...(await absences.causesOf(absent)).values())
      expect(absences.problems.map(({ code, what }) => [code, what])).toEqual([
        ['WHEREABOUTS_UNKNOWN', expect.stringMatching(`can't tell whether .*: .*${why}`)],
      ])
    }

    expect(causes).toEqual(['outOfScope', 'deleted', 'unread', 'unread'])
  })

  it.each([
    ['deleted', { ...AT_ONCE, deleted: 2, outOfScope: 1 }],
    ['outOfScope', { ...AT_ONCE, deleted: 1, outOfScope: 2 }],
  ])('has the longer time, that of %s, when the server is busy', async (cause, removeAfter) => {
    await using server = await searchedById({ code: 51 })
    await using directory = openTestDirectory({ urls: [server.url] })
    for (const remove of ['suspend', 'delete']) {
      const absences = absencesOf(directory, { deleted: remove, outOfScope: remove }, removeAfter)

      expect([...(await absences.causesOf([lastSeen(ID, `uid=ada,${PEOPLE}`)])).values()]).toEqual([cause])
    }
  })

  it('is not looked for where it changes nothing', async () => {
    await using server = await searchedById({ close: true })
    await using directory = openTestDirectory({ urls: [server.url] })
    const absences = absencesOf(directory, { deleted: 'suspend', outOfScope: 'suspend' })

    const causes = await absences.causesOf([lastSeen(ID, `uid=ada,${PEOPLE}`)])

    const later = absencesOf(directory, { deleted: 'suspend', outOfScope: 'suspend' }, { ...AT_ONCE, deleted: 1 })
    await later.causesOf([lastSeen(ID, `uid=ada,${PEOPLE}`)])

    expect([...causes.values(), ...absences.problems]).toEqual(['deleted'])
    expect(later.problems.map(({ code }) => code)).toEqual(['WHEREABOUTS_UNKNOWN'])
  })

  it('and of whom Zendesk alone told, is deleted as far as anybody knows', async () => {
    await using server = await searchedById({ entries: [{ dn: `uid=ada,${LEFT}`, attributes: { entryUUID: [ID] } }] })
    await using directory = openTestDirectory({ urls: [server.url] })
    const causesOf = async (record: Partial<UserRecord>) => {
      const absences = absencesOf(directory, { deleted: 'suspend', outOfScope: 'delete' })
      return [...(await absences.causesOf([{ ...lastSeen(ID, ''), ...record }])).values(), ...absences.problems]
    }

    expect(await causesOf({ origin: 'adopted' })).toEqual(['deleted'])
    expect(await causesOf({ origin: 'created' })).toEqual(['outOfScope'])
  })

  it('is found beside a referral, and is in doubt where the id may be searched for and not read', async () => {
    const referral = ldifEntry(`ou=elsewhere,${SUFFIX}`, {
      ...{ objectClass: ['referral', 'extensibleObject'], ou: 'elsewhere' },
      ref: `ldap://other.example.org/ou=elsewhere,${SUFFIX}`,
    })
    const ldif = [unit('people'), unit('left'), unit('hidden'), person('ada', PEOPLE), person('bob', PEOPLE), referral]
    const database = [
      `access to dn.children="ou=hidden,${SUFFIX}" attrs=entryUUID by * search`,
      'access to * by * read',
    ]
    await using server = await startSlapd({ suffix: SUFFIX, ldif: ldif.join(''), database })
    await using directory = openTestDirectory(asReader(server))
    const [ada, bob] = (await readAll(directory, { base: PEOPLE, filter: '(uid=*)' })).entries
    await renameEntry(server, ada!.dn, 'uid=ada', LEFT)
    const causesOf = async (...entries: (typeof ada)[]) => {
      const absences = absencesOf(directory, { deleted: 'delete', outOfScope: 'suspend' })
      const causes = await absences.causesOf(entries.map((one) => lastSeen(one!.id, one!.dn)))
      return [...causes.values(), ...absences.problems.map(({ code }) => code)]
    }
    const moved = await causesOf(ada)
    await renameEntry(server, bob!.dn, 'uid=bob', `ou=hidden,${SUFFIX}`)

    expect(moved).toEqual(['outOfScope'])
    expect(await causesOf(ada, bob)).toEqual(['outOfScope', 'outOfScope', 'WHEREABOUTS_UNKNOWN'])
  })
})

describe('existing', () => {
  it('finds ids of whatever characters, among many that are not there', async () => {
    const odd = ['a:b~c*(d)\\é%', 'x y', '100%', 'Müller', '%41', 'plain']
    const entries = odd.map((employeeNumber, i) => person(`u${i}`, LEFT, { employeeNumber }))
    await using server = await startSlapd({ suffix: SUFFIX, ldif: [unit('people'), unit('left'), ...entries].join('') })
    await using directory = openTestDirectory({ ...asReader(server), id: 'employeeNumber' })
    const ids = (await readAll(directory, { base: LEFT, filter: '(uid=*)' })).entries.map(({ id }) => id)
    const nobody = Array.from({ length: 250 }, (_one, i) => `nobody-${i}`)

    const { found, doubt } = await directory.existing([...nobody, ...ids, ...nobody], [PEOPLE], signal)

    expect([[...found].sort(), doubt]).toEqual([ids.toSorted(), undefined])
  })

  it('searches each naming context once, and a base that lies in none, where nothing need be', async () => {
    const searched: string[] = []
    let missing = ''
    await using server = await startScriptedLdap((ask) => {
      const namingContexts = [SUFFIX, `ou=people,${SUFFIX}`, 'o=other']
      if (ask.base === '') return { entries: [{ dn: '', attributes: { namingContexts } }] }
      searched.push(ask.base)
      return ask.base === missing ? { code: 32 } : {}
    })
    await using directory = openTestDirectory({ urls: [server.url] })
    const existing = () => directory.existing([ID], [PEOPLE, `ou=staff,${PEOPLE}`, LEFT, SISTER], signal)

    const whole = [await existing(), (missing = SISTER), await existing()]
    const inPart = [(missing = PEOPLE), await existing()]

    expect(whole).toEqual([NOBODY, SISTER, NOBODY])
    expect(searched.slice(0, 3)).toEqual([PEOPLE, SUFFIX, SISTER])
    expect(inPart).toEqual([PEOPLE, { ...NOBODY, doubt: expect.stringMatching(/No such object \(32\)/) }])
  })
})
