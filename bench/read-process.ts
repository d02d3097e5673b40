import { openDirectory } from '@provisioner/producer/directory/ldap/open-directory.ts'
import { PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'
import { timed } from './timed.ts'

const [url, bindDn, bindPassword, times] = process.argv.slice(2)
const USER = ['mail', 'cn', 'telephoneNumber', 'employeeStatus', 'objectClass']
const GROUP = ['cn', 'member', 'objectClass']

await using directory = openDirectory(
  {
    ...PROFILES.openldap,
    ...{ type: 'openldap', urls: [url!], startTls: false, tls: { verify: true }, pageSize: 250 },
    ...{ bindDn: bindDn!, bindPassword: bindPassword! },
  },
  { log: { debug: () => {}, warn: () => {} } },
)
const { signal } = new AbortController()
let entries = 0
const scan = async (base: string, filter: string, attributes: readonly string[]) => {
  for await (const page of directory.scan({ base, scope: 'sub', filter, attributes }, signal))
    entries += page.entries.length
}

const seconds: number[] = []
for (let i = 0; i < Number(times); i++)
  seconds.push(
    await timed(async () => {
      await scan('ou=groups,dc=example,dc=org', '(objectClass=groupOfNames)', GROUP)
      await scan('ou=people,dc=example,dc=org', '(objectClass=inetOrgPerson)', USER)
    }),
  )
process.stdout.write(`${JSON.stringify({ seconds, entries: entries / Number(times) })}\n`)
// its peak is read while it is there
process.stdin.resume()
process.stdin.once('end', () => process.exit(0))
