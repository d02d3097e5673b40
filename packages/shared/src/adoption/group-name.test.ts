import { describe, expect, it } from 'vitest'
import { describeNameRefusal, judgeGroupName, type NamedGroup } from './group-name.ts'

const group = (zendeskId: number, changes: Partial<NamedGroup> = {}): NamedGroup => ({
  zendeskId,
  name: 'Help',
  owner: null,
  ...changes,
})
const owner = { connection: 'contractors', id: 'g7' }
const stays = group(3, { owner })
const leaves = group(4, { owner, leaves: true })

describe('A group’s name', () => {
  it.each<[of: string, groups: NamedGroup[], linked: string, unlinked: string]>([
    ['several groups of nobody', [stays, group(1), group(2)], 'GROUP_NAME_TAKEN 1,2', 'GROUP_AMBIGUOUS 1,2'],
    ['one group of nobody', [stays, group(1)], 'GROUP_NAME_TAKEN 1', 'link 1'],
    ['a group of another entry that stays', [leaves, stays], 'GROUP_NAME_TAKEN 3', 'GROUP_OWNED 3'],
    ['a group that leaves it', [leaves], 'free', 'free'],
    ['no group', [], 'free', 'free'],
  ])('of %s', (_of, groups, linked, unlinked) => {
    const judged = [true, false].map((isLinked) => {
      const verdict = judgeGroupName(groups, { isLinked })
      if (verdict.status === 'free') return 'free'
      if (verdict.status === 'link') return `link ${verdict.group.zendeskId}`
      return `${verdict.code} ${verdict.groups.map(({ zendeskId }) => zendeskId).join()}`
    })

    expect(judged).toEqual([linked, unlinked])
  })

  it.each([
    ['GROUP_NAME_TAKEN', [group(1)], "'Help' already (1, nobody here manages it); 'Desk' keeps its name"],
    ['GROUP_NAME_TAKEN', [stays], "'Help' already (3, it belongs to entry g7 of connection 'contractors')"],
    ['GROUP_AMBIGUOUS', [group(1), group(2)], "2 groups named 'Help' (1, 2); none was linked"],
    ['GROUP_OWNED', [stays], "'Help' (3) belongs to entry g7 of connection 'contractors' already"],
  ] as const)('is refused as %s in words', (code, groups, words) => {
    const refusal = { status: 'refused', code, groups: groups as readonly [NamedGroup, ...NamedGroup[]] } as const

    expect(describeNameRefusal(refusal, { name: 'Help', current: 'Desk' }).what).toContain(words)
  })
})
