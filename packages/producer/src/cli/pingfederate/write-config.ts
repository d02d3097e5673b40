import type { Imported, ImportedChannel } from './import-export.ts'
import { commentOf, yamlOf } from './yaml-text.ts'

/** The configuration that an export becomes, as a commented file. Secrets and addresses come from the environment. */
export function writeConfig({ name, account, settings, channels }: Imported): string {
  const whole = name === undefined ? 'channel' : `connection ${JSON.stringify(name)}`
  const lines = [
    `# Made of PingFederate's ${whole} by 'provisioner import-pingfederate'.`,
    '# docs/migration-from-pingfederate.md says what to do next, docs/configuration.md what each key means.',
    'version: 1',
    '',
    'redis:',
    '  url: "${env:REDIS_URL}"',
    '',
    'accounts:',
    `  ${yamlOf(account)}:`,
    `    url: ${settings.url === undefined ? '"${env:ZENDESK_URL}"' : yamlOf(settings.url)}`,
    '    # An OAuth client of the kind confidential, in place of the API token, which ends on 2027-04-30.',
    '    auth:',
    '      clientId: "${env:ZENDESK_CLIENT_ID}"',
    '      clientSecret: "${env:ZENDESK_CLIENT_SECRET}"',
    '    # Users that are never linked and never written: name the account’s owner.',
    '    protect: []',
    '',
    'connections:',
    ...channels.flatMap((channel) => connectionOf(channel, account, settings)),
  ]
  return `${lines.join('\n')}\n`
}

function connectionOf(
  { id, channel, directory, locations, attributes }: ImportedChannel,
  account: string,
  { actions, provisionDisabled, remove }: Imported['settings'],
): string[] {
  const { type, ...rest } = directory
  const removal = { disabled: remove, deleted: remove, outOfScope: remove }
  return [
    ...commentOf(
      `The channel ${JSON.stringify(channel)}. The id names queues and keys in Redis: leave it as it is.`,
      2,
    ),
    `  - id: ${yamlOf(id)}`,
    `    account: ${yamlOf(account)}`,
    '    schedule: { every: 60s, full: "0 2 * * *" }',
    '',
    '    directory:',
    `      type: ${yamlOf(type)}`,
    '      urls: ["${env:LDAP_URL}"]',
    '      bindDn: "${env:LDAP_BIND_DN}"',
    '      bindPassword: "${env:LDAP_PASSWORD}"',
    ...Object.entries(rest).flatMap(([key, value]) => (value === undefined ? [] : [`      ${key}: ${yamlOf(value)}`])),
    '',
    '    users:',
    '      locations:',
    `        - ${yamlOf(locations.users)}`,
    '      # By external id, then by address: so those whom PingFederate provisioned are found again.',
    '      match: email',
    ...(actions.create && actions.update ? [] : [`      actions: ${yamlOf(actions)}`]),
    ...(provisionDisabled ? ['      provisionDisabled: true'] : []),
    `      remove: ${yamlOf(removal)}`,
    '      map:',
    ...attributes.flatMap(({ name, mapping, ognl }) =>
      ognl === undefined
        ? [`        ${name}: ${yamlOf(mapping)}`]
        : [
            ...commentOf(
              `${name} was computed by OGNL, which has no counterpart. Finish this, and take the # away:`,
              8,
            ),
            ...commentOf(`  OGNL: ${ognl}`, 8),
            ...commentOf(`${name}: ${yamlOf(mapping)}`, 8),
          ],
    ),
    ...(locations.groups === undefined
      ? []
      : [
          '',
          '    groups:',
          '      locations:',
          `        - ${yamlOf(locations.groups)}`,
          '      # The Zendesk group of this name is linked, not made again.',
          '      match: cn',
          '      # Groups that were there before are never deleted; delete-all deletes those too.',
          '      remove: delete-created',
        ]),
    '',
    '    # Nothing is written before somebody has looked at the first plan.',
    '    firstRun: approve',
    '',
  ]
}
