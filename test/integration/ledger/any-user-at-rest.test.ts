import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { DesiredUser, UserAttributes } from '@provisioner/shared/desired.ts'
import type { Link } from '@provisioner/shared/ledger/planned.ts'
import { openLedger, user } from '../../fixtures/ledger-at-rest.ts'

/** What looks like the text's own marks, and what JSON, Lua or Redis might take for something else. */
const MARKS = ['"', '\\', '\n', '\r', '/', '~', '|', '%', '\u2028', '\u0000', '😀', '{', '}', '=', '"external_id":=']
const WORDS = [
  '","presence":"deleted"}',
  '"email":"x"',
  '"role":"admin"',
  '"revision":"7"',
  'null',
  'false',
  'createOnly',
]
const Text = fc.array(fc.constantFrom('a', 'ü', ' ', ...MARKS, ...WORDS), { maxLength: 4 }).map((bits) => bits.join(''))
const Scalar = fc.oneof(Text, fc.boolean(), fc.constant(null), fc.constantFrom(0, -5, 0.1, Number.MAX_SAFE_INTEGER))
/**
 * Names within a value. Once it has read an object that begins with the name `\`, `JSON.parse` of Node.js 24.21 reads
 * every other name of one character that is written with an escape, such as a line break, as a backslash; no name in
 * Zendesk is like that.
 */
const Name = fc.oneof(Text, names()).filter((name) => name.length !== 1 || JSON.stringify(name).length === 3)
const Value = fc.oneof(Scalar, fc.array(Text, { maxLength: 2 }), fc.dictionary(Name, Scalar))

function names() {
  return fc.constantFrom('email', 'role', 'presence', 'name', 'external_id', 'revision', 'seen')
}

const Attributes = fc
  .record(
    {
      email: Text,
      name: Text,
      external_id: fc.oneof(Text, fc.constant('ID')),
      phone: Value,
      tags: Value,
      user_fields: Value,
    },
    { requiredKeys: [] },
  )
  .chain((some) =>
    fc.option(fc.constantFrom('agent', 'admin', 'end-user')).map((role) => (role ? { ...some, role } : some)),
  )
const User = fc.record({
  id: fc
    .tuple(fc.constantFrom('u', 'a%2Fb', 'x/y', 'ü"', 'zendesk-', 'q=', user), fc.nat(1e6))
    .map(([a, n]) => `${a}${n}`),
  dn: Text,
  label: fc.oneof(Text, fc.constant('EMAIL')),
  attributes: Attributes,
  presence: fc.constantFrom('active' as const, 'suspended' as const),
  wanted: fc.option(fc.record({ more: Value, createOnly: fc.array(Text, { maxLength: 1 }), isReplaced: fc.boolean() })),
  origin: fc.constantFrom('created' as const, 'adopted' as const),
  suspendedByUs: fc.boolean(),
  seen: fc.option(fc.constant('SmkwpH5Camec3GyJbRW0_8'), { nil: undefined }),
  isLarge: fc.boolean(),
})

function linkOf(one: typeof User extends fc.Arbitrary<infer T> ? T : never, i: number): Link {
  const { id, dn, label, presence, wanted, origin, suspendedByUs, seen } = one
  const attributes = JSON.parse(JSON.stringify(one.attributes).replaceAll('"ID"', JSON.stringify(id))) as UserAttributes
  const desired = (more: object, createOnly: readonly string[], tagsMode: DesiredUser['tagsMode']): DesiredUser => ({
    ...{ presence, attributes: { ...attributes, ...more }, createOnly, tagsMode },
  })
  return {
    ...{ kind: 'user', id, dn, origin, suspendedByUs, seen },
    label: label === 'EMAIL' ? String(attributes['email'] ?? '') : label,
    zendeskId: one.isLarge ? Number.MAX_SAFE_INTEGER - i : i + 1,
    applied: { presence, attributes },
    inSync: wanted && desired({ more: wanted.more }, wanted.createOnly, wanted.isReplaced ? 'replace' : 'merge'),
  }
}

it('whatever a user is called and has is read back from the text as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(User, { minLength: 20, maxLength: 40, selector: ({ id }) => id }),
      async (users) => {
        await using ledger = await openLedger()
        const links = users.map(linkOf)
        expect(new Set(await ledger.cycle.link(links))).toEqual(new Set(['linked']))
        const ids = links.map(({ id }) => id)
        const records = await ledger.reader.records('user', ids)
        const prints = await ledger.reader.seen(ids)

        expect(await Promise.all(ids.map((id) => ledger.hasHash('user', id)))).toEqual(ids.map(() => false))
        for (const [i, { inSync, seen, id, dn, label, zendeskId, origin, suspendedByUs, applied }] of links.entries()) {
          expect(records[i]).toMatchObject({ id, dn, label, zendeskId, origin, suspendedByUs })
          expect([records[i]?.desired, records[i]?.applied, prints[i]]).toEqual([inSync, applied, seen ?? null])
        }
      },
    ),
    { numRuns: 30 },
  )
})
