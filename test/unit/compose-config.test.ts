import { readFile } from 'node:fs/promises'
import { companyConfig } from '@provisioner/sandbox/company/company-config.ts'
import { describe, expect, it } from 'vitest'

describe('compose/sandbox.yaml', () => {
  it('is the sample company’s configuration, under compose’s addresses', async () => {
    const [, ...lines] = (await readFile(new URL('../../compose/sandbox.yaml', import.meta.url), 'utf8')).split('\n')

    expect(lines.join('\n')).toBe(
      companyConfig({
        ldapUrl: 'ldap://directory:1389',
        bindDn: 'cn=reader,dc=example,dc=org',
        zendeskUrl: 'https://zendesk:8443',
        every: '10s',
        membershipAudit: '1m',
      }),
    )
  })
})
