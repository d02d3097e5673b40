import { z } from 'zod'
import { DIRECTORY_TYPES, PROFILES } from '../directory-profiles/profiles.ts'
import { StatusConfig } from './directory-status.ts'
import { ALWAYS, AttributeName, BindName, ObjectClass, Text, textLike } from './scalars.ts'

const LDAP_ADDRESS = 'ldap://host:port, ldaps://host:port or dns:domain'
const LDAP_URL =
  /^([Ll][Dd][Aa][Pp][Ss]?:\/\/(\[[0-9A-Fa-f:]+\]|[^\s/:?#@]+)(:\d{1,5})?\/?|[Dd][Nn][Ss]:[A-Za-z0-9]([\w-]*\.)*[\w-]*)$/

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
    type: z
      .enum(DIRECTORY_TYPES)
      .describe('The server family. It decides the defaults below, and which entries are people and groups.'),
    urls: z
      .array(LdapUrl)
      .min(1)
      .describe(
        '`ldaps://` or `ldap://` addresses of servers with the same content, in order of preference. ' +
          '`dns:corp.example` stands for those that DNS names for a domain: the domain controllers of an Active ' +
          'Directory, else the servers of `_ldap._tcp`. They are reached by `ldaps://`, or with `startTls` at the ' +
          'port that DNS names.',
      ),
    site: Text.optional().describe(
      'With `dns:` and active-directory: the site of the domain whose domain controllers come first.',
    ),
    startTls: z.boolean().default(false).describe('Encrypt an `ldap://` connection before the bind.'),
    tls: z
      .strictObject({
        caFile: Text.optional().describe(
          'PEM file of the authority that signed the servers’ certificates, when the system does not know it.',
        ),
        certFile: Text.optional().describe(
          'PEM file of the certificate that this client shows, where the servers ask for one. Without `bindDn` it ' +
            'says who reads the directory (SASL EXTERNAL).',
        ),
        keyFile: Text.optional().describe('PEM file of the private key of `certFile`, without a passphrase.'),
        verify: z
          .boolean()
          .default(true)
          .describe('`false` accepts any certificate, so that anyone in between can read along; every start says so.'),
      })
      .prefault({})
      .describe('For `ldaps://` and `startTls`.'),
    bindDn: BindName.optional().describe(
      'Who reads the directory. Without it `tls.certFile` says so; without both the read is anonymous.',
    ),
    bindPassword: Text.optional().describe('The password of `bindDn`. Write a reference, never the password itself.'),
    pageSize: z
      .int()
      .min(1)
      .max(10_000)
      .default(250)
      .describe(
        'Entries per page of a scan; not more than the server’s limit. Larger pages take more memory, and help where ' +
          'the server is far away: each page waits once for its answer.',
      ),
    id: ImmutableId.optional().describe(
      'The attribute with the immutable id that everything is keyed by: never a DN, a name or an address. Default by type: `objectGUID` for active-directory, `nsUniqueId` for 389ds, `ipaUniqueID` for freeipa, else `entryUUID`. Never change it.',
    ),
    status: StatusConfig.optional().describe(
      'Which entries are disabled. Default by type: `userAccountControl` with `bit: 2` for active-directory, `nsAccountLock` with `disabledWhen: ["true"]` for 389ds and freeipa, `ds-pwp-account-disabled` with the same for pingdirectory, opendj and oracle; otherwise no entry is taken for disabled.',
    ),
    expires: z
      .union([AttributeName, z.array(AttributeName).min(1), z.literal(false)])
      .optional()
      .describe(
        'The attribute, or attributes, with the moment from which an entry counts as disabled, whatever `status` says; `false` for none. Written as Active Directory writes `accountExpires`, as days since 1970 (`shadowExpire`), or as `20261231235959Z`; 0, -1 and 9223372036854775807 mean never. Default: `accountExpires` for active-directory, `ds-pwp-account-expiration-time` for pingdirectory, opendj and oracle, `krbPrincipalExpiration` for freeipa, otherwise `shadowExpire` and `krbPrincipalExpiration`.',
      ),
    binary: z
      .array(AttributeName)
      .optional()
      .describe(
        'Attributes whose values are bytes even where they happen to be valid text, in place of the type’s: `objectGUID`, `objectSid`, `mS-DS-ConsistencyGuid`, photos and the like.',
      ),
    domainScope: z
      .boolean()
      .optional()
      .describe(
        'Whether searches ask the server to keep to the naming context that they begin in, and not to refer to others. Default: for active-directory only.',
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
          .optional()
          .describe(
            'The attribute by which a user names the groups; `false` to ignore. Default by type: `isMemberOf` for pingdirectory, opendj and oracle, else `memberOf`.',
          ),
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
    const { certFile, keyFile } = directory?.tls ?? {}
    if ((certFile === undefined) !== (keyFile === undefined)) {
      const lacking = certFile === undefined ? 'certFile' : 'keyFile'
      context.addIssue({ code: 'custom', path: ['tls', lacking], message: 'certFile and keyFile together, or neither' })
    }
    if (certFile !== undefined && directory?.startTls === false && urls.some((url) => url.startsWith('ldap:')))
      context.addIssue({ code: 'custom', path: ['tls', 'certFile'], message: 'only with ldaps:// or startTls: true' })
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
    const rule = PROFILES[directory.type]
    return {
      ...directory,
      id: directory.id ?? rule.id,
      status: directory.status ?? rule.status,
      binary: directory.binary?.map((name) => name.toLowerCase()) ?? rule.binary,
      domainScope: directory.domainScope ?? rule.domainScope,
      membership: { ...directory.membership, user: directory.membership.user ?? rule.memberOf },
      expires: directory.expires === false ? [] : [directory.expires ?? rule.expires].flat(),
    }
  })
export type DirectoryConfig = z.infer<typeof DirectoryConfig>
