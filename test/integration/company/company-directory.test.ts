import { companyConfig } from '@provisioner/sandbox/company/company-config.ts'
import { dayOfChanges } from '@provisioner/sandbox/company/day-of-changes.ts'
import { sampleCompany } from '@provisioner/sandbox/company/sample-company.ts'
import { applyLdif } from '@provisioner/sandbox/servers/ldap-change.ts'
import { startSlapd } from '@provisioner/sandbox/servers/slapd.ts'
import { Config } from '@provisioner/shared/config/config.ts'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { asReader, openTestDirectory, readAll } from '../../fixtures/open-test-directory.ts'

const company = sampleCompany()

it('is taken by a real slapd, to the last entry', async () => {
  await using server = await startSlapd({ suffix: company.suffix, ldif: company.ldif })
  await using directory = openTestDirectory(asReader(server))

  const people = await readAll(directory, { base: company.suffix, filter: '(objectClass=inetOrgPerson)' })
  const groups = await readAll(directory, { base: company.suffix, filter: '(objectClass=groupOfNames)' })

  expect(people.entries).toHaveLength(company.people.length)
  expect(groups.entries).toHaveLength(company.groups.length)
})

it('goes through its day, step by step', async () => {
  await using server = await startSlapd({ suffix: company.suffix, ldif: company.ldif })
  await using directory = openTestDirectory(asReader(server))

  for (const step of dayOfChanges(company)) if (step.side === 'directory') await applyLdif(server, step.ldif)

  const groups = await readAll(directory, { base: company.suffix, filter: '(cn=zd-*)', attributes: ['cn'] })
  const names = groups.entries.map((entry) => entry.attributes.get('cn')?.[0])
  expect(names).toContain('zd-repair-shop')
  expect(names).not.toContain('zd-repairs')
  expect(names).not.toContain('zd-legacy-catalogue')
})

const config = companyConfig({
  ldapUrl: 'ldap://127.0.0.1:1',
  bindDn: 'cn=reader,dc=example,dc=org',
  zendeskUrl: 'http://127.0.0.1:2',
})

it('writes a configuration with its secrets in the environment', () => {
  expect(parse(config)).toMatchObject({
    redis: { url: '${env:REDIS_URL}' },
    accounts: { tindra: { auth: { clientSecret: '${env:ZENDESK_CLIENT_SECRET}' } } },
    connections: [{ directory: { bindPassword: '${env:LDAP_PASSWORD}' } }],
  })
})

it('writes a configuration that the product takes', () => {
  const resolved = config.replaceAll(/\$\{env:\w+\}/g, 'redis://127.0.0.1:3')

  const { connections } = Config.parse(parse(resolved))

  expect(connections[0]).toMatchObject({ id: 'staff', directory: { id: 'entryUUID' }, groups: { match: 'cn' } })
})
