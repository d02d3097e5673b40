import fc from 'fast-check'
import type { PersonFields, Step } from './step.ts'

const UIDS = ['ada', 'bob', 'cid', 'dan', 'eve', 'fay']
export const uid = fc.constantFrom(...UIDS)
export const address = uid.map((name) => `${name}@example.org`)
const odd = fc.constantFrom(null, 'no address', 'ada@localhost', '"a b"@example.org')

/** Mostly one's own address; now and then in other case, another's, a new one, or none that Zendesk takes. */
const mailOf = (name: string): fc.Arbitrary<string | null> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(`${name}@example.org`) },
    { weight: 2, arbitrary: fc.constant(`${name.toUpperCase()}@Example.org`) },
    { weight: 3, arbitrary: fc.constant(`${name}.new@example.org`) },
    { weight: 3, arbitrary: address },
    { weight: 2, arbitrary: odd },
  )
export const text = fc.constantFrom(
  'Ada Lovelace',
  'Zoë 👩‍💻 Æsir',
  "O'Neil, Bob",
  '李 明',
  'Ünal <x>',
  'a  b',
  '# + \\ " ;',
)
const FIELDS = {
  cn: text,
  displayName: fc.option(text),
  telephoneNumber: fc.constantFrom(null, null, '+49301', '+49302', '00417'),
  title: fc.option(text),
  departmentNumber: fc.constantFrom(null, 'Sales', 'SUPPORT', 'r&d'),
  employeeStatus: fc.constantFrom(null, null, null, 'active', 'left', 'suspended'),
}
const fieldsOf = (name: string): fc.Arbitrary<PersonFields> => fc.record({ mail: mailOf(name), ...FIELDS })

/** Everybody, each with an address of their own, and none of them disabled. */
export const everybody = fc
  .tuple(...UIDS.map((name) => fieldsOf(name).map((fields) => ({ uid: name, fields }))))
  .map((people) =>
    people.map(({ uid: name, fields }) => ({
      uid: name,
      fields: { ...fields, mail: `${name}@example.org`, employeeStatus: null },
    })),
  )

export const personAt = uid.chain((name) => fieldsOf(name).map((fields) => ({ uid: name, fields })))

/** One attribute of one entry has another value, or none. */
export const set: fc.Arbitrary<Step> = uid.chain((name) =>
  fc.constantFrom('mail' as const, ...(Object.keys(FIELDS) as (keyof typeof FIELDS)[])).chain((attribute) =>
    (attribute === 'mail' ? mailOf(name) : FIELDS[attribute]).map((value) => ({
      do: 'set' as const,
      uid: name,
      attribute,
      value,
    })),
  ),
)

/** What happens to people, in the directory and in Zendesk. */
export const personStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: set },
  { weight: 4, arbitrary: personAt.map((one) => ({ do: 'add' as const, ...one })) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'delete', 'move out', 'move in'), uid }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), uid, to: uid }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'by hand: delete' as const,
        'by hand: suspend',
        'by hand: unsuspend',
        'by hand: external id',
        'by hand: promote',
        'by hand: demote',
      ),
      email: address,
    }),
  },
)
