import type { SlapdServer } from '@provisioner/sandbox/servers/slapd.ts'

/** The configuration that benchmarks run: everybody below ou=people, agents by their group, groups by name. */
export function benchConfig({
  slapd,
  zendeskUrl,
  redis,
  schedule = { every: '12h', watch: false },
  over = {},
}: {
  slapd: Pick<SlapdServer, 'url' | 'readerDn' | 'readerPassword'>
  zendeskUrl: string
  redis: object
  schedule?: object | undefined
  /** Parts of the connection in place of these. */
  over?: object | undefined
}): string {
  return JSON.stringify({
    version: 1,
    redis,
    accounts: {
      acme: { url: zendeskUrl, auth: { clientId: 'provisioner', clientSecret: 'a-secret' }, reserve: '20%' },
    },
    connections: [
      {
        id: 'staff',
        account: 'acme',
        schedule,
        directory: {
          type: 'openldap',
          urls: [slapd.url],
          bindDn: slapd.readerDn,
          bindPassword: slapd.readerPassword,
          status: { attribute: 'employeeStatus', disabledWhen: ['left'] },
          membership: { group: 'member', user: false },
        },
        users: {
          locations: [{ base: 'ou=people,dc=example,dc=org', filter: '(objectClass=inetOrgPerson)' }],
          map: {
            email: 'mail',
            name: 'cn',
            phone: 'telephoneNumber',
            role: { byGroup: { 'cn=agents,ou=groups,dc=example,dc=org': 'agent' }, default: 'end-user' },
          },
        },
        groups: {
          locations: [{ base: 'ou=groups,dc=example,dc=org', filter: '(cn=zd-*)' }],
          membershipAudit: '12h',
        },
        guard: { users: { min: 1_000_000 }, groups: { min: 1_000_000 }, memberships: { min: 1_000_000 } },
        firstRun: 'apply',
        ...over,
      },
    ],
  })
}
