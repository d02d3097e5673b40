import { groupDn, SCOPE_GROUP } from './groups.ts'

export interface CompanyConfigOptions {
  readonly ldapUrl: string
  readonly bindDn: string
  readonly zendeskUrl: string
  /** Names of environment variables. */
  readonly redisUrlEnv?: string
  readonly bindPasswordEnv?: string
  readonly clientIdEnv?: string
  readonly clientSecretEnv?: string
  readonly suffix?: string
  /** How often the directory is read, and how often made-by-hand memberships are looked for: `60s`. */
  readonly every?: string
  readonly membershipAudit?: string
  readonly firstRun?: 'approve' | 'apply'
  readonly remove?: 'delete-created' | 'delete-all' | 'ignore'
  readonly pageSize?: number
}

/** Addresses of users whom the product must not write: they stay in groups that they are in. */
export const PROTECTED: readonly string[] = ['owner@example.org']

/** The provisioner.yaml that joins the sample company's directory to its Zendesk account. */
export function companyConfig(options: CompanyConfigOptions): string {
  const { suffix = 'dc=example,dc=org', every = '60s', membershipAudit = '1h', firstRun = 'approve' } = options
  const { redisUrlEnv = 'REDIS_URL', bindPasswordEnv = 'LDAP_PASSWORD' } = options
  const { clientIdEnv = 'ZENDESK_CLIENT_ID', clientSecretEnv = 'ZENDESK_CLIENT_SECRET' } = options
  const { remove = 'delete-created', pageSize = 100 } = options
  const group = (name: string) => JSON.stringify(groupDn(suffix, name))
  return `version: 1

redis:
  url: "\${env:${redisUrlEnv}}"

accounts:
  tindra:
    url: ${JSON.stringify(options.zendeskUrl)}
    auth:
      clientId: "\${env:${clientIdEnv}}"
      clientSecret: "\${env:${clientSecretEnv}}"
    reserve: 20%
    protect: ${JSON.stringify(PROTECTED)}

connections:
  - id: staff
    account: tindra
    schedule: { every: ${every}, full: "0 2 * * *" }

    directory:
      type: openldap
      urls: [${JSON.stringify(options.ldapUrl)}]
      startTls: false
      tls: { verify: true }
      bindDn: ${JSON.stringify(options.bindDn)}
      bindPassword: "\${env:${bindPasswordEnv}}"
      pageSize: ${pageSize}
      id: entryUUID
      status: { attribute: employeeStatus, disabledWhen: [left, suspended], whenAbsent: enabled }
      membership: { user: false }

    users:
      locations:
        - base: ${JSON.stringify(`ou=people,${suffix}`)}
          group: ${group(SCOPE_GROUP)}
          nested: true
        - base: ${JSON.stringify(`ou=contractors,${suffix}`)}
          filter: (&(objectClass=inetOrgPerson)(employeeType=support))
      match: email
      actions: { create: true, update: true }
      provisionDisabled: false
      remove:
        disabled: suspend
        deleted: suspend
        outOfScope: suspend
        agents: downgrade
        tickets: group
        ticketTag: handed_over
      emailReuse: relink
      oldEmail: keep
      externalId: directoryId
      verificationMail: false
      map:
        email: mail
        name: { from: [displayName, cn], trim: true }
        alias: { from: mail, parse: user-from-email, case: lower }
        role:
          byGroup: { ${group('agents')}: agent }
          default: end-user
          allowDowngrade: false
        custom_role: { byGroup: { ${group('leads')}: "Team lead" } }
        organization: { from: o, missing: report }
        phone: { from: telephoneNumber, whenEmpty: clear }
        tags: { from: departmentNumber, case: lower, mode: merge }
        user_fields: { cost_center: { from: costCenter, masked: true } }

    groups:
      locations: [{ base: ${JSON.stringify(`ou=groups,${suffix}`)}, filter: "(cn=zd-*)" }]
      match: cn
      actions: { create: true, rename: true, memberships: true }
      remove: ${remove}
      membershipAudit: ${membershipAudit}

    guard:
      window: 24h
      users: { share: 5%, min: 10 }
      groups: { share: 5%, min: 2 }
      memberships: { share: 10%, min: 25 }
      clearings: { share: 5%, min: 25 }
    firstRun: ${firstRun}
`
}
