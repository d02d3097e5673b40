import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { showImport } from '@provisioner/producer/cli/pingfederate/show-import.ts'
import { field, pingFederateConnection, type ExportChanges } from '../../fixtures/pingfederate-export.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provisioner-import-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface Printed {
  readonly config: string
  readonly options: readonly { option: string; became: string; key?: string; what: string }[]
}

/** What the command prints of such a connection, as JSON. */
async function imported(changes: ExportChanges): Promise<Printed> {
  const path = join(folder, 'export.json')
  await writeFile(path, JSON.stringify(pingFederateConnection(changes)))
  const printed: string[] = []
  await showImport(path, { force: false, json: true }, { print: (text) => void printed.push(text), tell: () => {} })
  return JSON.parse(printed.join('')) as Printed
}

/** The lines of the configuration from one that holds a text, up to the next blank one. */
function part(config: string, from: string): string {
  return config.slice(config.indexOf(from)).split('\n\n')[0]!
}

describe('the target settings', () => {
  it.each([
    ['Subdomain', 'acme', 'url: "https://acme.zendesk.com"'],
    ['Zendesk sub-domain', 'https://acme.zendesk.com/agent', 'url: "https://acme.zendesk.com"'],
    ['Provision Disabled Users', 'true', 'provisionDisabled: true'],
    ['Remove User Action', 'Delete', 'remove: { disabled: delete, deleted: delete, outOfScope: delete }'],
    ['REMOVE_USER_ACTION', 'disable', 'remove: { disabled: suspend, deleted: suspend, outOfScope: suspend }'],
    ['User Create', 'false', 'actions: { create: false, update: true }'],
    ['User Update', 'false', 'actions: { create: true, update: false }'],
    ['User Disable / Delete', 'false', 'remove: { disabled: ignore, deleted: ignore, outOfScope: ignore }'],
  ])('%s, %s: becomes %s', async (name, value, line) => {
    expect((await imported({ settings: [{ name, value }] })).config).toContain(line)
  })

  it('never give a secret away, and are told when nobody knows them', async () => {
    const settings = [
      { name: 'API Token', value: 'zd-secret-1' },
      { name: 'Frobnicate', value: 'zd-secret-2' },
    ]

    const { config, options } = await imported({ settings })

    expect(JSON.stringify([config, options])).not.toContain('zd-secret')
    expect(options.find(({ option }) => option === 'targetSettings.Frobnicate')).toMatchObject({ became: 'lacking' })
    expect(config).toContain('clientSecret: "${env:ZENDESK_CLIENT_SECRET}"')
  })

  it('do not delete and create a disabled user for ever', async () => {
    const settings = [
      { name: 'Provision Disabled Users', value: 'true' },
      { name: 'Remove User Action', value: 'Delete' },
    ]

    expect((await imported({ settings })).config).not.toContain('provisionDisabled')
  })
})

describe('the source locations', () => {
  it.each([
    [
      'a group',
      { groupDN: 'cn=z,dc=acme', nestedSearch: true },
      '{ base: "dc=example,dc=org", group: "cn=z,dc=acme", nested: true }',
    ],
    ['a filter without brackets', { filter: 'mail=*' }, '{ base: "dc=example,dc=org", filter: "(mail=*)" }'],
    ['neither', {}, '{ base: "dc=example,dc=org" }'],
  ])('become locations: %s', async (_what, userSourceLocation, line) => {
    expect((await imported({ source: { userSourceLocation } })).config).toContain(`        - ${line}\n`)
  })

  it('without groups provision none', async () => {
    const { config } = await imported({ source: { groupSourceLocation: { filter: '' } } })

    expect(config).not.toContain('groups:')
  })
})

it('what only people can write is a comment, and is told first, with what the configuration lacks for it', async () => {
  const expression = '#this.get("givenName") + "\n" + #this.get("sn")'
  const mapping = [
    field('email', { attributeNames: ['mail'] }),
    field('name', { attributeNames: ['givenName', 'sn'], expression }),
  ]

  const { config, options } = await imported({ mapping, source: { userSourceLocation: { filter: '((' } } })

  expect(part(config, '# name was')).toContain('\n        # name: { expression: "givenName & \\"\\\\n\\" & sn" }')
  expect(
    config
      .split('\n')
      .filter((line) => line.includes('#this.get'))
      .every((line) => /^\s*#/.test(line)),
  ).toBe(true)
  const toDo = options.filter(({ became }) => became === 'to do').map(({ key }) => key)
  expect(toDo).toEqual(
    expect.arrayContaining([
      'users.map.name',
      'connections[0].users.map.name',
      'connections[0].users.locations[0].filter',
    ]),
  )
})

it('a whole export is a configuration that can be read, with an id of its own for each channel', async () => {
  const whole = pingFederateConnection() as { outboundProvision: { channels: object[] } }
  const [channel] = whole.outboundProvision.channels
  whole.outboundProvision.channels.push({ ...channel, name: 'STAFF' }, { ...channel, name: 'Zürich & Bern' })
  const path = join(folder, 'three.json')
  await writeFile(path, JSON.stringify(whole))
  const [printed, told]: [string[], string[]] = [[], []]

  await showImport(
    path,
    { force: false, json: false },
    { print: (text) => void printed.push(text), tell: (text) => void told.push(text) },
  )

  expect([...printed.join('').matchAll(/- id: (\S+)/g)].map(([, id]) => id)).toEqual([
    'staff',
    'staff-2',
    'zurich-bern',
  ])
  expect(told.join('')).not.toContain('the configuration →')
  expect(told.join('')).toContain('STAFF: guidAttributeName → directory.id: entryUUID')
})

it('replaces no file that is there, unless it is told to', async () => {
  const [path, out] = [join(folder, 'one.json'), join(folder, 'provisioner.yaml')]
  await writeFile(path, JSON.stringify(pingFederateConnection()))
  const run = (force: boolean) => showImport(path, { force, json: false, out }, { print: () => {}, tell: () => {} })

  await run(false)
  await writeFile(out, 'mine')

  await expect(run(false)).rejects.toThrow(`${out} is there already`)
  expect(await readFile(out, 'utf8')).toBe('mine')
  await run(true)
  expect(await readFile(out, 'utf8')).toContain('version: 1')
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
})
