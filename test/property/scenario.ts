import fc from 'fast-check'
import { groupAt, groupName, groupStep } from './group-steps.ts'
import { address, everybody, personAt, personStep, set, text } from './people-steps.ts'
import { cycle, story } from './stories.ts'
import type { GroupFields, PersonFields, Step } from './step.ts'

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

export interface Scenario {
  readonly people: readonly { readonly uid: string; readonly fields: PersonFields }[]
  readonly groups: readonly { readonly cn: string; readonly fields: GroupFields }[]
  readonly earlier: readonly EarlierUser[]
  /** Names of groups that Zendesk has before the first cycle. */
  readonly earlierGroups: readonly string[]
  readonly steps: readonly Step[]
}

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

/** A directory, a Zendesk account, and what happens to both. */
export const scenario: fc.Arbitrary<Scenario> = fc.record({
  people: fc.uniqueArray(personAt, { minLength: 2, maxLength: 6, selector: (one) => one.uid }),
  groups: fc.uniqueArray(groupAt, { maxLength: 5, selector: (one) => one.cn }),
  earlier: fc
    .uniqueArray(earlierUser, { maxLength: 6, selector: (one) => one.email.toLowerCase() })
    .map((users) => users.map((user, i) => (i % 3 === 1 ? { ...user, external_id: `crm-${i}` } : user))),
  earlierGroups: fc.array(groupName, { maxLength: 3 }),
  steps: fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: personStep.map((step) => [step]) },
        { weight: 4, arbitrary: groupStep.map((step) => [step]) },
        { weight: 2, arbitrary: cycle.map((step) => [step]) },
        { weight: 4, arbitrary: story },
      ),
      { minLength: 8, maxLength: 20 },
    )
    .map((parts) => parts.flat()),
})

/** A company that is in Zendesk already, of which a little changes between any two cycles. */
export const followed: fc.Arbitrary<Scenario> = fc
  .record({
    people: everybody,
    groups: fc.uniqueArray(groupAt, { maxLength: 3, selector: (one) => one.cn }),
    rounds: fc.array(
      fc.array(
        fc.oneof(
          { weight: 12, arbitrary: set },
          { weight: 1, arbitrary: personStep },
          { weight: 1, arbitrary: groupStep },
        ),
        { minLength: 1, maxLength: 3 },
      ),
      { minLength: 6, maxLength: 12 },
    ),
  })
  .map(({ people, groups, rounds }) => {
    const next = { do: 'cycle', full: false } as const
    return { people, groups, earlier: [], earlierGroups: [], steps: [next, ...rounds.flatMap((of) => [...of, next])] }
  })
