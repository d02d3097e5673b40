import fc from 'fast-check'
import { groupName } from './group-steps.ts'
import { personAt, uid } from './people-steps.ts'
import type { Step } from './step.ts'

export const cycle: fc.Arbitrary<Step> = fc.record({ do: fc.constant('cycle' as const), full: fc.boolean() })
/** Mostly the product sees what is between two steps; now and then it does not. */
const between = fc.oneof({ weight: 3, arbitrary: cycle.map((one) => [one]) }, { weight: 1, arbitrary: fc.constant([]) })

const there: fc.Arbitrary<[Step, Step]> = fc.oneof(
  uid.map((name): [Step, Step] => [
    { do: 'set', uid: name, attribute: 'employeeStatus', value: 'left' },
    { do: 'set', uid: name, attribute: 'employeeStatus', value: 'active' },
  ]),
  personAt.map((one): [Step, Step] => [
    { do: 'delete', uid: one.uid },
    { do: 'add', ...one },
  ]),
  uid.map((name): [Step, Step] => [
    { do: 'move out', uid: name },
    { do: 'move in', uid: name },
  ]),
  fc.tuple(uid, uid).map(([one, other]): [Step, Step] => [
    { do: 'set', uid: one, attribute: 'mail', value: `${other}@example.org` },
    { do: 'set', uid: other, attribute: 'mail', value: `${one}@example.org` },
  ]),
  fc
    .tuple(uid, fc.constantFrom('telephoneNumber' as const, 'title' as const))
    .map(([name, attribute]): [Step, Step] => [
      { do: 'set', uid: name, attribute, value: '+49307' },
      { do: 'set', uid: name, attribute, value: null },
    ]),
  fc.tuple(uid, fc.constantFrom('agents', 'sub', 'zd-a', 'zd-b')).map(([member, cn]): [Step, Step] => [
    { do: 'join', cn, member },
    { do: 'leave', cn, member },
  ]),
  uid.map((name): [Step, Step] => [
    { do: 'join', cn: 'agents', member: name },
    { do: 'by hand: demote', email: `${name}@example.org` },
  ]),
  uid.map((name): [Step, Step] => [
    { do: 'set', uid: name, attribute: 'mail', value: `${name}@example.org` },
    { do: 'by hand: external id', email: `${name}@example.org` },
  ]),
  uid.map((name): [Step, Step] => [
    { do: 'set', uid: name, attribute: 'employeeStatus', value: null },
    { do: 'by hand: suspend', email: `${name}@example.org` },
  ]),
  fc.tuple(fc.constantFrom('zd-a', 'zd-b', 'zd-c'), groupName).map(([cn, name]): [Step, Step] => [
    { do: 'describe group', cn, description: name },
    { do: 'by hand: delete group', group: name },
  ]),
  uid.map((name): [Step, Step] => [
    { do: 'by hand: suspend', email: `${name}@example.org` },
    { do: 'by hand: unsuspend', email: `${name}@example.org` },
  ]),
)

/**
 * What happens to one of them and is undone later, or to two of them: steps that chance alone seldom brings together.
 */
export const story: fc.Arbitrary<Step[]> = fc
  .tuple(between, there, between, fc.boolean(), between)
  .map(([before, [first, second], middle, ends, after]) => [
    ...before,
    first,
    ...middle,
    ...(ends ? [second, ...after] : after),
  ])
