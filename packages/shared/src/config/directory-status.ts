import { z } from 'zod'
import { AttributeName, Text } from './scalars.ts'

const statusAttribute = AttributeName.describe('The attribute that says so.')

/** Which entries are disabled: by a bit of a number, or by values of a flag. */
export const StatusConfig = z.union([
  z.strictObject({
    attribute: statusAttribute,
    bit: z
      .int()
      .min(1)
      .max(2 ** 31)
      .refine((bit) => Number.isInteger(Math.log2(bit)), 'one bit: 1, 2, 4, 8 and so on')
      .describe(
        'The attribute is a number, and the entry is disabled when this bit of it is set; 2 for `userAccountControl`.',
      ),
  }),
  z.strictObject({
    attribute: statusAttribute,
    disabledWhen: z.array(Text).min(1).describe('In place of `bit`: values that mean disabled, whatever their case.'),
    whenAbsent: z
      .enum(['enabled', 'disabled'])
      .default('enabled')
      .describe('What an entry without the attribute is; with `disabledWhen` only.'),
    expectEmpty: z
      .boolean()
      .default(false)
      .describe(
        'With `whenAbsent: enabled`: that no entry has the attribute is meant. Else it counts as not read while it ' +
          'keeps 20 people out or more, and 5 % of all, and they stay out.',
      ),
  }),
])
export type StatusConfig = z.infer<typeof StatusConfig>
