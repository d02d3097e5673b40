import { z } from 'zod'
import { Dn, Filter } from './scalars.ts'

/** A base with a filter or a group. With neither, everything of the right object class below the base. */
export const Location = z
  .strictObject({
    base: Dn.describe('Nothing above it is looked at.'),
    filter: Filter.optional().describe('Entries that match it.'),
    group: Dn.optional().describe('Entries that are members of this group, and below the base.'),
    nested: z.boolean().default(false).describe('Follow groups within the group.'),
  })
  .superRefine(({ filter, group }, context) => {
    if (filter && group) context.addIssue({ code: 'custom', path: ['filter'], message: 'either filter or group, not both' })
  })
export type Location = z.infer<typeof Location>
