import { z } from 'zod'
import { DirectoryConfig } from './directory.ts'
import { GroupsConfig } from './groups.ts'
import { GuardConfig } from './guard.ts'
import { Duration, Text } from './scalars.ts'
import { UsersConfig } from './users.ts'

/** Five or six fields of a cron expression. */
const Cron = z.string().regex(/^(@(hourly|daily|weekly|monthly)|(\S+\s+){4,5}\S+)$/, 'a cron expression such as "0 2 * * *"')

/** One directory source joined to one Zendesk account, with its mapping and its policies. */
export const ConnectionConfig = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 lower-case letters, digits and hyphens').describe('Part of every key in Redis: never change it.'),
  account: Text.describe('A name under `accounts`.'),
  schedule: z
    .strictObject({
      every: Duration.prefault('60s').describe('Time between two cycles.'),
      full: Cron.optional().describe('When to run a full cycle in any case.'),
    })
    .prefault({}),
  directory: DirectoryConfig,
  users: UsersConfig,
  groups: GroupsConfig.optional().describe('Without it no groups and no memberships are provisioned.'),
  guard: GuardConfig.prefault({}).describe('Removals beyond this are held for approval.'),
  firstRun: z.enum(['approve', 'apply']).default('approve').describe('Whether the very first plan waits for approval.'),
})
export type ConnectionConfig = z.infer<typeof ConnectionConfig>
