import { describe, expect, it } from 'vitest'
import { findEntities } from '@provisioner/shared/ledger/find-entities.ts'
import { groupOf, keys, openLedger, plain, userOf } from '../../fixtures/ledger-at-rest.ts'
import { STAFF } from '../../fixtures/staff.ts'

/** Who is at rest, and who waits to be written: the two lie in other places. */
const PEOPLE = {
  ada: { name: 'Ada Lovelace', email: 'ada@example.org' },
  adam: { name: 'Adam', email: 'adam@example.org' },
  quoted: { name: 'Grace "Amazing" Hopper', email: 'grace@example.org' },
  umlaut: { name: 'Änne Öztürk', email: 'anne@example.org' },
  mixed: { name: 'R7 McMixed/Case', email: 'MiXed.R7@Example.org' },
  waits: { name: 'Wanda Waits', email: 'wanda@example.org' },
}

async function ledgerWithPeople() {
  const ledger = await openLedger()
  for (const [i, [id, { name, email }]] of Object.entries(PEOPLE).entries()) {
    const dn = id === 'quoted' ? 'cn=Hopper\\2C Grace,dc=example,dc=org' : `uid=${id},dc=example,dc=org`
    const attributes = { email, name, role: 'end-user' }
    const release = userOf({ ...plain, attributes }, { id, dn, label: email })
    if (id === 'waits') await ledger.cycle.release([release])
    else await ledger.write(release, { presence: 'active', attributes }, i + 1)
  }
  await ledger.write(groupOf('Ada Fans'), { presence: 'active', name: 'Ada Fans' }, 99)
  const found = async (text: string, kind: 'user' | 'group' = 'user') => {
    const { whole, part } = await findEntities(ledger.redis, STAFF, kind, text)
    return { whole: [...whole].sort(), part: [...part].sort() }
  }
  return { found, redis: ledger.redis, [Symbol.asyncDispose]: () => ledger[Symbol.asyncDispose]() }
}

describe('whom the ledger knows', () => {
  it.each([
    ['an address', 'ADA@example.org', ['ada'], []],
    ['a name', 'ada lovelace', ['ada'], []],
    ['the first part of a DN', 'ada', ['ada'], ['adam']],
    ['the same, with what is escaped there', 'hopper, grace', ['quoted'], []],
    ['a part', 'lovel', [], ['ada']],
    ['a name with quotation marks', 'grace "amazing" hopper', ['quoted'], []],
    ['a part beyond ASCII', 'öztürk', [], ['umlaut']],
    ['one who is not at rest', 'wanda waits', ['waits'], []],
    ['a part of one who is not at rest', 'WANDA', [], ['waits']],
    ['a word that every text at rest has', 'presence', [], []],
    ['what all have', 'example.org', [], ['ada', 'adam', 'mixed', 'quoted', 'umlaut', 'waits']],
    ['an address in other cases', 'mIxEd.r7@example.ORG', ['mixed'], []],
    ['a part with a digit, in another case', 'ED.r7@', [], ['mixed']],
    ['a word in another case', 'MCMIXED', [], ['mixed']],
    ['a name with a slash', 'r7 mcmixed/case', ['mixed'], []],
    ['two characters', 'r7', [], ['mixed']],
    ['a pattern, which is none', 'ad.', [], []],
  ])('is found by %s', async (_what, text, whole, part) => {
    await using ledger = await ledgerWithPeople()

    expect(await ledger.found(text)).toEqual({ whole, part })
  })

  it('is found among many in whose texts the word stands, as it does in the names of some', async () => {
    await using ledger = await openLedger()
    for (let i = 0; i < 250; i++) {
      const [id, name] = [`id${i}`, i % 10 === 3 ? `Active ${i}` : i % 10 === 4 ? 'Active' : `Person ${i}`]
      const attributes = { email: `p${i}@example.org`, name, role: 'end-user' }
      const release = userOf(
        { ...plain, attributes },
        { id, dn: `uid=${id},dc=example,dc=org`, label: attributes.email },
      )
      await ledger.write(release, { presence: 'active', attributes }, i + 1)
    }

    const { whole, part } = await findEntities(ledger.redis, STAFF, 'user', 'active')
    const all = await findEntities(ledger.redis, STAFF, 'user', 'person')

    expect([whole.length, part.length, all.whole.length, all.part.length]).toEqual([25, 25, 0, 100])
  })

  it('is found by kind, and nobody where a hand has left something else in the place of the list', async () => {
    await using ledger = await ledgerWithPeople()
    const groups = await ledger.found('ada fans', 'group')
    await ledger.redis.set(keys.listOf('user'), 'no hash')

    expect(groups.whole).toHaveLength(1)
    expect(await ledger.found('ada')).toEqual({ whole: [], part: [] })
  })
})
