import type { Channel, Exported } from './export-file.ts'
import { importAttributes, type ImportedAttribute } from './import-attributes.ts'
import { importDirectory, type ImportedDirectory } from './import-directory.ts'
import { importLocations } from './import-locations.ts'
import { importSettings, type ImportedSettings } from './import-settings.ts'
import { Report, type Option } from './report.ts'

/** A channel as a connection of the configuration. */
export interface ImportedChannel {
  readonly id: string
  /** As PingFederate calls it. */
  readonly channel: string
  readonly directory: ImportedDirectory
  readonly locations: { readonly users: object; readonly groups: object | undefined }
  readonly attributes: readonly ImportedAttribute[]
}

/** What an export becomes. */
export interface Imported {
  readonly name: string | undefined
  /** The account's name in the configuration. */
  readonly account: string
  readonly settings: ImportedSettings
  readonly channels: readonly ImportedChannel[]
  readonly options: readonly Option[]
}

/** Turns an export into the parts of a configuration, and tells what became of each option. Pure. */
export function importExport(exported: Exported): Imported {
  const report = new Report()
  const settings = importSettings(exported, report)
  for (const part of exported.beside)
    report.lacking(part, 'single sign-on stays with PingFederate, which goes on with it')
  const taken = new Set<string>()
  const channels = exported.channels.map((channel) => {
    const at = exported.channels.length > 1 ? `${channel.name}: ` : ''
    return importChannel(channel, idOf(channel.name, taken), report, at)
  })
  const account = slugOf(/^https:\/\/([^.]+)\.zendesk\.com$/.exec(settings.url ?? '')?.[1] ?? 'zendesk', 'zendesk')
  return { name: exported.name, account, settings, channels, options: report.options }
}

function importChannel(channel: Channel, id: string, report: Report, at: string): ImportedChannel {
  const imported = {
    id,
    channel: channel.name,
    directory: importDirectory(channel.channelSource, report, at),
    locations: importLocations(channel.channelSource, report, at),
    attributes: importAttributes(channel, report, at),
  }
  if (channel.active === false)
    report.differs(`${at}active`, 'firstRun', 'the channel is off in PingFederate; here the first plan waits for you')
  report.lacking(
    `${at}maxThreads, timeout`,
    'workers share Zendesk’s request limit by themselves, and what fails is tried again',
  )
  return imported
}

/** An id that no other connection of the file has. */
function idOf(name: string, taken: Set<string>): string {
  const slug = slugOf(name, 'staff')
  let id = slug
  for (let i = 2; taken.has(id) || id === 'account'; i++) id = `${slug.slice(0, 36)}-${i}`
  taken.add(id)
  return id
}

/** A name of the configuration: up to 40 lower-case letters, digits and hyphens. */
function slugOf(text: string, otherwise: string): string {
  const slug = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return slug.slice(0, 40).replace(/-+$/, '') || otherwise
}
