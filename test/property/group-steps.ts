import fc from 'fast-check'
import { address, uid } from './people-steps.ts'
import type { GroupFields, Step } from './step.ts'

/** Of these the role group and `sub` are not managed; one is renamed into the filter, or out of it. */
const cn = fc.constantFrom('zd-a', 'zd-b', 'zd-c', 'sub', 'agents')
const renamable = fc.constantFrom('zd-a', 'zd-b', 'zd-c', 'sub')

export const groupName = fc.constantFrom('Sales', 'SALES', 'Night shift', 'Desk', 'Üb#er')
const description = fc.oneof({ weight: 6, arbitrary: groupName }, { weight: 1, arbitrary: fc.constant(null) })
const member = fc.oneof({ weight: 4, arbitrary: uid }, { weight: 1, arbitrary: cn.map((name) => `@${name}`) })
const fields: fc.Arbitrary<GroupFields> = fc.record({ description, members: fc.uniqueArray(member, { maxLength: 6 }) })

export const groupAt = fc.record({ cn, fields })

/** What happens to groups, in the directory and in Zendesk. */
export const groupStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('join' as const, 'leave'), cn, member }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('describe group' as const), cn, description }) },
  { weight: 2, arbitrary: groupAt.map((one) => ({ do: 'add group' as const, ...one })) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete group' as const), cn: renamable }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename group' as const), cn: renamable, to: renamable }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('by hand: join' as const, 'by hand: leave'),
      email: address,
      group: groupName,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('by hand: delete group' as const, 'by hand: create group'),
      group: groupName,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('by hand: rename group' as const), group: groupName, to: groupName }),
  },
)
