import { z } from 'zod'
import { ALWAYS, Dn, Filter } from './scalars.ts'

/**
 * Where entries are looked for: a base with a filter or a group. With neither it is every entry of the server family's
 * object classes for people (or for groups) below the base.
 */
export const Location = z
  .strictObject({
    base: Dn.describe('The search starts here; nothing beside or above it is read.'),
    filter: Filter.optional().describe(
      'People, or groups, that match this filter: it is joined with their object classes (`directory.personClasses`, `directory.groupClasses`), unless it demands one itself. With neither filter nor group: every one below the base.',
    ),
    group: Dn.optional().describe(
      'In place of a filter: the members of this group that lie below the base. A group that is missing stops the cycle: nobody is taken for gone.',
    ),
    expectEmpty: z.boolean().default(false).describe('That nothing is found here is meant, and no problem.'),
    nested: z.boolean().default(false).describe('Members of groups within a group count as its members.'),
  })
  .superRefine((location, context) => {
    if (location?.filter !== undefined && location.group !== undefined)
      context.addIssue({ code: 'custom', path: ['filter'], message: 'either filter or group, not both' })
  }, ALWAYS)
export type Location = z.infer<typeof Location>
