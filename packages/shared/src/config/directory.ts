import { z } from 'zod'
import { ALWAYS, AttributeName, Dn, Text } from './scalars.ts'

const DirectoryType = z.enum(['active-directory', 'openldap', '389ds', 'generic'])
type DirectoryType = z.infer<typeof DirectoryType>

/** Which entries are disabled: by a bit of a number, or by values of a flag. */
export const StatusConfig = z.union([
  z.strictObject({ attribute: AttributeName, bit: z.int().min(1).describe('Disabled when this bit is set; 2 for userAccountControl.') }),
  z.strictObject({
    attribute: AttributeName,
    disabledWhen: z.array(Text).min(1).describe('Values that mean disabled, whatever their case.'),
    whenAbsent: z.enum(['enabled', 'disabled']).default('enabled').describe('What an entry without the attribute is.'),
  }),
])
export type StatusConfig = z.infer<typeof StatusConfig>

/** What is the rule for a server family, so that nobody has to write it. */
const BY_TYPE = {
  'active-directory': { id: 'objectGUID', member: 'member', status: { attribute: 'userAccountControl', bit: 2 } },
  openldap: { id: 'entryUUID', member: 'member', status: undefined },
  '389ds': { id: 'nsUniqueId', member: 'member', status: { attribute: 'nsAccountLock', disabledWhen: ['true'], whenAbsent: 'enabled' } },
  generic: { id: 'entryUUID', member: 'member', status: undefined },
} as const satisfies Record<DirectoryType, { id: string; member: string; status: StatusConfig | undefined }>

const LDAP_URL = /^ldaps?:\/\/(\[[0-9a-f:]+\]|[^\s/:?#]+)(:\d{1,5})?\/?$/i

export const DirectoryConfig = z
  .strictObject({
    type: DirectoryType.describe('The server family.'),
    urls: z.array(z.string().regex(LDAP_URL, 'ldap://host:port or ldaps://host:port')).min(1).describe('In order of preference.'),
    startTls: z.boolean().default(false).describe('Encrypt an ldap:// connection before the bind.'),
    tls: z
      .strictObject({
        caFile: Text.optional().describe('PEM file of the authority that signed the server’s certificate.'),
        verify: z.boolean().default(true).describe('False accepts any certificate; every start says so.'),
      })
      .prefault({}),
    bindDn: Text.optional().describe('Who reads. Without it the read is anonymous.'),
    bindPassword: Text.optional(),
    pageSize: z.int().min(1).max(10_000).default(1000).describe('Entries per page of a scan.'),
    id: AttributeName.optional().describe('The immutable id. Default by type: objectGUID, entryUUID, nsUniqueId, entryUUID.'),
    status: StatusConfig.optional().describe('Which entries are disabled. Default by type: userAccountControl bit 2, none, nsAccountLock, none.'),
    membership: z
      .strictObject({
        group: z.union([AttributeName, z.literal(false)]).default('member').describe('Where a group names its members: member, uniqueMember or memberUid; false to ignore.'),
        user: z.union([AttributeName, z.literal(false)]).default('memberOf').describe('Where a user names the groups; false to ignore.'),
      })
      .prefault({})
      .describe('Where memberships are written.'),
  })
  .superRefine((directory, context) => {
    if (directory?.startTls === true && Array.isArray(directory.urls) && directory.urls.some((url) => String(url).toLowerCase().startsWith('ldaps:')))
      context.addIssue({ code: 'custom', path: ['startTls'], message: 'false, since ldaps:// is encrypted already' })
    if ((directory?.bindDn === undefined) !== (directory?.bindPassword === undefined))
      context.addIssue({ code: 'custom', path: ['bindDn'], message: 'bindDn and bindPassword together, or neither' })
    if (directory?.membership?.group === false && directory.membership.user === false)
      context.addIssue({ code: 'custom', path: ['membership'], message: 'group or user: one of them has to say who is a member' })
  }, ALWAYS)
  .transform((directory) => {
    const rule = BY_TYPE[directory.type]
    return { ...directory, id: directory.id ?? rule.id, status: directory.status ?? (rule.status as StatusConfig | undefined) }
  })
export type DirectoryConfig = z.infer<typeof DirectoryConfig>
