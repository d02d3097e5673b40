import type { NameHolder } from './group-names.ts'

/**
 * Why a group does not get a name; undefined when it can have it, link to the one that has it, or wait for it.
 *
 *   the name is of                       | a linked group    | one to be linked or created
 *   -------------------------------------|-------------------|----------------------------
 *   a group of another entry that stays  | GROUP_NAME_TAKEN  | GROUP_OWNED
 *   one group of nobody                  | GROUP_NAME_TAKEN  | –
 *   several groups of nobody             | GROUP_NAME_TAKEN  | GROUP_AMBIGUOUS
 */
export function nameRefusal(
  name: string,
  {
    free,
    stays,
    linked,
  }: { free: readonly NameHolder[]; stays: NameHolder | undefined; /** Whether the group exists. */ linked: boolean },
): [code: string, why: string, todo: string] | undefined {
  const [taken] = linked && free.length > 0 ? free : []
  const ids = free.map((group) => group.zendeskId).join(', ')
  if (taken || (linked && stays))
    return [
      'GROUP_NAME_TAKEN',
      `Zendesk has a group named '${name}' already (${taken ? ids : stays!.zendeskId}); this one keeps the name it has`,
      'Rename or delete that group in Zendesk, or give the directory group another name',
    ]
  if (free.length > 1)
    return [
      'GROUP_AMBIGUOUS',
      `Zendesk has ${free.length} groups named '${name}' (${ids})`,
      'Rename or delete all but one of them in Zendesk',
    ]
  if (free.length > 0 || !stays) return undefined
  const { connection, id } = stays.owner!
  return [
    'GROUP_OWNED',
    `Zendesk's group '${stays.name}' (${stays.zendeskId}) belongs to entry ${id} of connection '${connection}' already`,
    'Give the two directory groups different names',
  ]
}
