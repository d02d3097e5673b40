import { z } from 'zod'
import { ALWAYS, AttributeName, BindName, ObjectClass, Text, textLike } from './scalars.ts'

const DirectoryType = z.enum(['active-directory', 'openldap', '389ds', 'generic'])
type DirectoryType = z.infer<typeof DirectoryType>

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
        'With `whenAbsent: enabled`: that no entry has the attribute is meant. Else it counts as not read while it keeps 20 people out or more, and 5 % of all, and they stay out.',
      ),
  }),
])
export type StatusConfig = z.infer<typeof StatusConfig>

/**
 * Until when an account is valid, where nothing else is said: RFC 2307 (`shadowAccount`), and MIT Kerberos and FreeIPA.
 */
const EXPIRES = ['shadowExpire', 'krbPrincipalExpiration']

/** What is the rule for a server family, so that nobody has to write it. */
const BY_TYPE = {
  'active-directory': {
    id: 'objectGUID',
    status: { attribute: 'userAccountControl', bit: 2 },
    expires: ['accountExpires'],
  },
  openldap: { id: 'entryUUID', status: undefined, expires: EXPIRES },
  '389ds': {
    id: 'nsUniqueId',
    status: { attribute: 'nsAccountLock', disabledWhen: ['true'], whenAbsent: 'enabled' as const, expectEmpty: false },
    expires: EXPIRES,
  },
  generic: { id: 'entryUUID', status: undefined, expires: EXPIRES },
} satisfies Record<DirectoryType, { id: string; status: StatusConfig | undefined; expires: readonly string[] }>

const LDAP_ADDRESS = 'ldap://host:port or ldaps://host:port'
const LDAP_URL = /^[Ll][Dd][Aa][Pp][Ss]?:\/\/(\[[0-9A-Fa-f:]+\]|[^\s/:?#@]+)(:\d{1,5})?\/?$/

/** The form, and a port that there is. */
const LdapUrl = textLike(LDAP_URL, LDAP_ADDRESS).superRefine((url, context) => {
  if (context.issues.length === 0 && !URL.canParse(url)) context.addIssue({ code: 'custom', message: LDAP_ADDRESS })
})

/** What changes when somebody marries, moves or is renamed: an entry would be taken for another one. */
const CHANGES = new Set([
  'dn',
  'distinguishedname',
  'entrydn',
  'cn',
  'name',
  'displayname',
  'mail',
  'userprincipalname',
])

const ImmutableId = AttributeName.refine(
  (name) => !CHANGES.has(name.toLowerCase()),
  'an attribute that never changes, such as entryUUID; never a DN, a name or an address',
)

export const DirectoryConfig = z
  .strictObject({
    type: DirectoryType.describe(
      'The server family. It decides the defaults below, and which entries are people and groups.',
    ),
    urls: z
      .array(LdapUrl)
      .min(1)
      .describe('`ldaps://` or `ldap://` addresses of servers with the same content, in order of preference.'),
    startTls: z.boolean().default(false).describe('Encrypt an `ldap://` connection before the bind.'),
    tls: z
      .strictObject({
        caFile: Text.optional().describe(
          'PEM file of the authority that signed the servers’ certificates, when the system does not know it.',
        ),
        verify: z
          .boolean()
          .default(true)
          .describe('`false` accepts any certificate, so that anyone in between can read along; every start says so.'),
      })
      .prefault({})
      .describe('For `ldaps://` and `startTls`.'),
    bindDn: BindName.optional().describe('Who reads the directory. Without it the read is anonymous.'),
    bindPassword: Text.optional().describe('The password of `bindDn`. Write a reference, never the password itself.'),
    pageSize: z
      .int()
      .min(1)
      .max(10_000)
      .default(1000)
      .describe('Entries per page of a scan; not more than the server’s limit.'),
    id: ImmutableId.optional().describe(
      'The attribute with the immutable id that everything is keyed by: never a DN, a name or an address. Default by type: `objectGUID` for active-directory, `nsUniqueId` for 389ds, else `entryUUID`. Never change it.',
    ),
    status: StatusConfig.optional().describe(
      'Which entries are disabled. Default by type: `userAccountControl` with `bit: 2` for active-directory, `nsAccountLock` with `disabledWhen: ["true"]` for 389ds; otherwise no entry is taken for disabled.',
    ),
    expires: z
      .union([AttributeName, z.array(AttributeName).min(1), z.literal(false)])
      .optional()
      .describe(
        'The attribute, or attributes, with the moment from which an entry counts as disabled, whatever `status` says; `false` for none. Written as Active Directory writes `accountExpires`, as days since 1970 (`shadowExpire`), or as `20261231235959Z`; 0, -1 and 9223372036854775807 mean never. Default: `accountExpires` for active-directory, otherwise `shadowExpire` and `krbPrincipalExpiration`.',
      ),
    personClasses: z
      .array(ObjectClass)
      .min(1)
      .optional()
      .describe(
        'Object classes of people. The `filter` of `users.locations` is joined with them, unless it demands an object class itself; in Active Directory `(objectCategory=person)` is demanded in any case, which no computer has. Default: `user` for active-directory, otherwise `inetOrgPerson`, and with a filter `person` and `posixAccount` as well.',
      ),
    groupClasses: z
      .array(ObjectClass)
      .min(1)
      .optional()
      .describe(
        'Object classes of groups, with which the `filter` of `groups.locations` is joined likewise; where this is not set, such a filter merely finds no people. Default, without a filter: `group` for active-directory, otherwise `groupOfNames`, `groupOfEntries`, `groupOfMembers`, `groupOfUniqueNames`, `posixGroup` and `groupOfURLs`.',
      ),
    membership: z
      .strictObject({
        group: z
          .union([AttributeName, z.array(AttributeName).min(1), z.literal(false)])
          .optional()
          .describe(
            'The attribute by which a group names its members, or several of them; `false` to ignore. Default: what the group’s object classes say, all of them: `member` for groupOfNames, groupOfEntries, groupOfMembers and Active Directory’s group, `uniqueMember` for groupOfUniqueNames, `memberUid` for posixGroup, `memberURL` for groupOfURLs, whose search is carried out; any of these for a group of other classes.',
          ),
        user: z
          .union([AttributeName, z.literal(false)])
          .default('memberOf')
          .describe('The attribute by which a user names the groups; `false` to ignore.'),
      })
      .prefault({})
      .describe(
        'Where memberships are written. What either side says counts, and in Active Directory the primary group as well.',
      ),
  })
  .superRefine((directory, context) => {
    const urls = Array.isArray(directory?.urls) ? directory.urls.map((url) => String(url).toLowerCase()) : []
    if (directory?.startTls === true && urls.some((url) => url.startsWith('ldaps:')))
      context.addIssue({ code: 'custom', path: ['startTls'], message: 'false, since ldaps:// is encrypted already' })
    const misspelt = context.issues.some((issue) => issue.code === 'unrecognized_keys')
    if (!misspelt && (directory?.bindDn === undefined) !== (directory?.bindPassword === undefined)) {
      const lacking = directory?.bindDn === undefined ? 'bindDn' : 'bindPassword'
      context.addIssue({ code: 'custom', path: [lacking], message: 'bindDn and bindPassword together, or neither' })
    }
    const { type, bindDn } = directory ?? {}
    if (type !== 'active-directory' && typeof bindDn === 'string' && !bindDn.includes('=') && /[@\\]/.test(bindDn))
      context.addIssue({
        code: 'custom',
        path: ['bindDn'],
        message: 'a distinguished name such as cn=reader,dc=acme,dc=com: only active-directory takes other names',
      })
    if (directory?.membership?.group === false && directory.membership.user === false)
      context.addIssue({
        code: 'custom',
        path: ['membership'],
        message: 'group or user: one of them has to say who is a member',
      })
  }, ALWAYS)
  .transform((directory) => {
    const rule = BY_TYPE[directory.type]
    return {
      ...directory,
      id: directory.id ?? rule.id,
      status: directory.status ?? rule.status,
      expires: directory.expires === false ? [] : [directory.expires ?? rule.expires].flat(),
    }
  })
export type DirectoryConfig = z.infer<typeof DirectoryConfig>
