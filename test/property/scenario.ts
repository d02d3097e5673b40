import fc from 'fast-check'

/** The attributes of a person's entry that the property changes; null for one that it does not have. */
export interface PersonFields {
  readonly mail: string | null
  readonly cn: string
  readonly displayName: string | null
  readonly telephoneNumber: string | null
  readonly title: string | null
  readonly departmentNumber: string | null
  readonly employeeStatus: string | null
}

/** A user that Zendesk has before the first cycle, named as in its API. */
export interface EarlierUser {
  readonly email: string
  readonly name: string
  readonly role: 'end-user' | 'agent'
  readonly suspended: boolean
  readonly external_id: string | null
  readonly notes: string | null
  readonly tags: readonly string[]
}

/** A change of the directory or, by hand, of Zendesk. One that is not possible where things stand does nothing. */
export type Step =
  | { readonly do: 'add'; readonly uid: string; readonly fields: PersonFields }
  | { readonly do: 'set'; readonly uid: string; readonly attribute: keyof PersonFields; readonly value: string | null }
  | { readonly do: 'delete' | 'move out' | 'move in'; readonly uid: string }
  | { readonly do: 'rename'; readonly uid: string; readonly to: string }
  | { readonly do: 'by hand: delete' | 'by hand: suspend' | 'by hand: unsuspend'; readonly email: string }
  | { readonly do: 'by hand: external id' | 'by hand: promote'; readonly email: string }
  | { readonly do: 'cycle'; readonly full: boolean }

export interface Scenario {
  readonly people: readonly { readonly uid: string; readonly fields: PersonFields }[]
  readonly earlier: readonly EarlierUser[]
  readonly steps: readonly Step[]
}

const UIDS = ['ada', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']
const uid = fc.constantFrom(...UIDS)
const address = uid.map((name) => `${name}@example.org`)
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
const text = fc.constantFrom('Ada Lovelace', 'Zoë 👩‍💻 Æsir', "O'Neil, Bob", '李 明', 'Ünal <x>', 'a  b', '# + \\ " ;')
const FIELDS = {
  cn: text,
  displayName: fc.option(text),
  telephoneNumber: fc.constantFrom(null, null, '+49 30 1', '+49 30 2', '0041-7'),
  title: fc.option(text),
  departmentNumber: fc.constantFrom(null, 'Sales', 'SUPPORT', 'r&d'),
  employeeStatus: fc.constantFrom(null, null, null, 'active', 'left', 'suspended'),
}
const fieldsOf = (name: string): fc.Arbitrary<PersonFields> => fc.record({ mail: mailOf(name), ...FIELDS })
const personAt = uid.chain((name) => fieldsOf(name).map((fields) => ({ uid: name, fields })))

const earlierUser: fc.Arbitrary<EarlierUser> = fc.record({
  email: fc.oneof(
    { weight: 3, arbitrary: address },
    { weight: 1, arbitrary: address.map((mail) => mail.toUpperCase()) },
    { weight: 1, arbitrary: fc.constantFrom('carl@elsewhere.test', 'cora@elsewhere.test', 'cyd@elsewhere.test') },
  ),
  name: text,
  role: fc.constantFrom('end-user', 'end-user', 'agent'),
  suspended: fc.constantFrom(false, false, false, true),
  external_id: fc.constant(null),
  notes: fc.option(fc.constant('VIP')),
  tags: fc.subarray(['vip', 'sales']),
})

const set: fc.Arbitrary<Step> = uid.chain((name) =>
  fc.constantFrom('mail' as const, ...(Object.keys(FIELDS) as (keyof typeof FIELDS)[])).chain((attribute) =>
    (attribute === 'mail' ? mailOf(name) : FIELDS[attribute]).map((value) => ({
      do: 'set' as const,
      uid: name,
      attribute,
      value,
    })),
  ),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: set },
  { weight: 3, arbitrary: personAt.map((one) => ({ do: 'add' as const, ...one })) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'move out', 'move in'), uid }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), uid, to: uid }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'by hand: delete' as const,
        'by hand: suspend',
        'by hand: unsuspend',
        'by hand: external id',
        'by hand: promote',
      ),
      email: address,
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('cycle' as const), full: fc.boolean() }) },
)

/** A directory, a Zendesk account, and what happens to both. */
export const scenario: fc.Arbitrary<Scenario> = fc.record({
  people: fc.uniqueArray(personAt, { minLength: 2, maxLength: 8, selector: (one) => one.uid }),
  earlier: fc
    .uniqueArray(earlierUser, { maxLength: 6, selector: (one) => one.email.toLowerCase() })
    .map((users) => users.map((user, i) => (i % 3 === 1 ? { ...user, external_id: `crm-${i}` } : user))),
  steps: fc.array(step, { minLength: 8, maxLength: 24 }),
})
