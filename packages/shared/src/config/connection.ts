import { z } from 'zod'
import { SHARED_BY_ACCOUNT } from '../ledger/keys.ts'
import { Cron } from './cron.ts'
import { DirectoryConfig } from './directory.ts'
import { GroupsConfig } from './groups.ts'
import { GuardConfig } from './guard.ts'
import { Duration, Name } from './scalars.ts'
import { UsersConfig } from './users.ts'

/** One directory source joined to one Zendesk account, with its mapping and its policies. */
export const ConnectionConfig = z.strictObject({
  id: Name.refine(
    (id) => id !== SHARED_BY_ACCOUNT,
    `another id, since keys in Redis that begin with '${SHARED_BY_ACCOUNT}' are those that connections share`,
  ).describe(
    'The connection’s name, any but `account`. It is part of every key in Redis: change it together with `provisioner connection rename`.',
  ),
  account: Name.describe('Which of `accounts` it writes to.'),
  schedule: z
    .strictObject({
      every: Duration.prefault('60s').describe('Time between the starts of two cycles.'),
      watch: z
        .union([Duration, z.literal(false)])
        .prefault('2s')
        .describe(
          'How often the producer looks whether the directory has changed. A look is one small read of the change ' +
            'token (`contextCSN`, `highestCommittedUSN`, `lastusn`, `lastChangeNumber`). Where the server shows none, ' +
            'it is a search for entries that were changed lately (`modifyTimestamp`). When the token has moved, what ' +
            'an entry proves by itself (a disabled user, another number) is written within seconds, and a cycle ' +
            'follows. Such cycles take a third of the time at most. `false`: `every` alone says when it is read.',
        ),
      full: Cron.optional().describe(
        'When to run a full cycle: it plans every entry anew, and looks at every linked user and group in Zendesk, so that what somebody deleted, suspended or changed there by hand is found.',
      ),
    })
    .prefault({})
    .describe('When the directory is read.'),
  directory: DirectoryConfig.describe('The directory and how to read it.'),
  users: UsersConfig.describe('Who becomes a Zendesk user, and what becomes of them.'),
  drift: z
    .enum(['report', 'repair'])
    .default('report')
    .describe(
      'What a full cycle does where somebody changed a managed attribute of a linked user in Zendesk: `repair` writes ' +
        'it as the directory has it, within the limits of the guard; `report` tells it (`DRIFT`) and writes nothing. ' +
        '`report` unless it is set, since nobody who had none of this overwritten so far is to lose what agents ' +
        'corrected by hand, before they have seen what it is. Role, address, external id, suspension, groups and ' +
        'memberships are set right in either case, for they say who may do what.',
    ),
  groups: GroupsConfig.optional().describe(
    'Which directory groups become Zendesk groups. Without this section no groups and no memberships are provisioned.',
  ),
  guard: GuardConfig.prefault({}).describe(
    'Changes beyond these limits are held until an admin approves them. Each limit is the greater of `share` and `min`; when a plan goes beyond it, all of that kind are held.',
  ),
  firstRun: z
    .enum(['approve', 'apply'])
    .default('approve')
    .describe(
      'Whether the very first plan waits until an admin approves it, the whole or a part (`approve`), or is carried out at once (`apply`).',
    ),
})
export type ConnectionConfig = z.infer<typeof ConnectionConfig>
