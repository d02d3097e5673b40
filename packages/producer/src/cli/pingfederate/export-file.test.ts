import { describe, expect, it } from 'vitest'
import { PingFederateExportError, readExport } from './export-file.ts'

const source = {
  guidAttributeName: 'entryUUID',
  guidBinary: false,
  accountManagementSettings: {
    accountStatusAttributeName: 'nsAccountLock',
    accountStatusAlgorithm: 'ACCOUNT_STATUS_ALGORITHM_FLAG',
  },
  baseDn: 'dc=acme',
  userSourceLocation: { groupDN: 'cn=zendesk,dc=acme' },
}
const channel = { name: 'Staff', channelSource: source, attributeMapping: [] }
const connection = (name: string, type = 'Zendesk', channels: unknown[] = [channel]) => ({
  name,
  outboundProvision: { type, targetSettings: [], channels },
})

const read = (json: unknown, named?: string) => readExport(JSON.stringify(json), 'a.json', named)

describe('an export', () => {
  it.each([
    ['a connection', connection('Z'), 'Z'],
    ['a list of connections', [{ name: 'HR' }, connection('Z')], 'Z'],
    ['what the API answers', { items: [{ name: 'HR' }, connection('Z')] }, 'Z'],
    ['several that provision, one of them Zendesk', [connection('A', 'Salesforce'), connection('Z')], 'Z'],
    ['one that is Zendesk by its name', [connection('A', 'Other'), connection('Our Zendesk', 'Custom')], 'Our Zendesk'],
    ['a channel alone', channel, undefined],
  ])('is %s', (_what, json, name) => {
    const exported = read(json)

    expect([exported.name, exported.channels.map((one) => one.name)]).toEqual([name, ['Staff']])
  })

  it('is the connection that was named', () => {
    expect(read([connection('A'), connection('B')], 'B').name).toBe('B')
  })

  it('says which other parts a connection has, that provision nobody', () => {
    expect(read({ ...connection('Z'), spBrowserSso: {}, attributeQuery: null }).beside).toEqual(['spBrowserSso'])
  })

  it.each([
    ['no JSON', '<xml/>', undefined, 'a.json is no JSON ('],
    ['a connection that provisions nobody', '{"name":"HR"}', undefined, 'no SP connection with outboundProvision'],
    ['a number', '7', undefined, 'no SP connection with outboundProvision'],
    ['several', JSON.stringify([connection('A'), connection('B')]), undefined, '--connection A | B'],
    ['not the named one', JSON.stringify([connection('A')]), 'C', "no connection 'C' that provisions; it has A"],
    [
      'a connection without channels',
      JSON.stringify(connection('Z', 'Zendesk', [])),
      undefined,
      'at least one channel',
    ],
    [
      'a channel without what it needs, each with its place',
      JSON.stringify({
        items: [connection('Z', 'Zendesk', [channel, { ...channel, channelSource: { ...source, baseDn: 7 } }])],
      }),
      undefined,
      '\n  items[0].outboundProvision.channels[1].channelSource.baseDn: ',
    ],
  ])('is refused when it is %s', (_what, text, named, message) => {
    expect(() => readExport(text, 'a.json', named)).toThrow(PingFederateExportError)
    expect(() => readExport(text, 'a.json', named)).toThrow(message)
  })
})
