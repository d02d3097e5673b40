import { z } from 'zod'
import { CommandLineError } from '../command-line-error.ts'

/** Thrown for a file that is no export of PingFederate's, or one from which nobody can tell what is meant. */
export class PingFederateExportError extends CommandLineError {
  override name = 'PingFederateExportError' as const
  override readonly code = 'EXPORT_UNREADABLE' as const
}

const Text = z.string().nullish()
const Flag = z.boolean().nullish()

/**
 * How PingFederate's Administrative API (`/pf-admin-api/v1/idp/spConnections`) writes a channel. The names are those of
 * its published models (`Channel`, `ChannelSource`, `SaasFieldConfiguration` and their kin). What is not named here is
 * kept and told.
 */
const Location = z.looseObject({ groupDN: Text, filter: Text, nestedSearch: Flag })
export type ExportedLocation = Readonly<z.infer<typeof Location>>

export const Field = z.looseObject({
  attributeNames: z.array(z.string()).nullish(),
  defaultValue: Text,
  expression: Text,
  createOnly: Flag,
  trim: Flag,
  characterCase: z.enum(['LOWER', 'UPPER', 'NONE']).nullish(),
  parser: z.enum(['NONE', 'EXTRACT_CN_FROM_DN', 'EXTRACT_USERNAME_FROM_EMAIL']).nullish(),
  masked: Flag,
})
export type Field = Readonly<z.infer<typeof Field>>

const AccountManagement = z.looseObject({
  accountStatusAttributeName: z.string(),
  accountStatusAlgorithm: z.enum(['ACCOUNT_STATUS_ALGORITHM_AD', 'ACCOUNT_STATUS_ALGORITHM_FLAG']),
  defaultStatus: Flag,
  flagComparisonValue: Text,
  flagComparisonStatus: Flag,
})
export type AccountManagement = Readonly<z.infer<typeof AccountManagement>>

const ChannelSource = z.looseObject({
  dataSource: z.looseObject({ id: Text }).nullish(),
  guidAttributeName: z.string(),
  guidBinary: Flag,
  changeDetectionSettings: z
    .looseObject({ userObjectClass: Text, groupObjectClass: Text, changedUsersAlgorithm: Text })
    .nullish(),
  groupMembershipDetection: z
    .looseObject({ memberOfGroupAttributeName: Text, groupMemberAttributeName: Text })
    .nullish(),
  accountManagementSettings: AccountManagement,
  baseDn: z.string(),
  userSourceLocation: Location,
  groupSourceLocation: Location.nullish(),
})
export type ChannelSource = Readonly<z.infer<typeof ChannelSource>>

export const Channel = z.looseObject({
  name: z.string(),
  active: Flag,
  maxThreads: z.number().nullish(),
  timeout: z.number().nullish(),
  channelSource: ChannelSource,
  attributeMapping: z.array(z.looseObject({ fieldName: z.string(), saasFieldInfo: Field })),
})
export type Channel = Readonly<z.infer<typeof Channel>>

/** A value that is a secret is `encryptedValue`, or left out. */
const Setting = z.looseObject({ name: z.string(), value: Text })
export type Setting = Readonly<z.infer<typeof Setting>>

const Connection = z.looseObject({
  name: Text,
  active: Flag,
  outboundProvision: z.looseObject({
    type: Text,
    targetSettings: z.array(Setting).nullish(),
    channels: z.array(Channel).min(1, 'at least one channel'),
  }),
})

/** What is to be imported: the channels of one SP connection. */
export interface Exported {
  /** The connection's name; undefined where the file is a channel alone. */
  readonly name: string | undefined
  /** The plug-in that PingFederate provisions with. */
  readonly type: string | undefined
  readonly settings: readonly Setting[]
  readonly channels: readonly Channel[]
  /** Parts of the connection that have nothing to do with provisioning, such as single sign-on. */
  readonly beside: readonly string[]
}

/** Parts of an SP connection that provision nobody. */
const BESIDE = ['spBrowserSso', 'attributeQuery', 'wsTrust']

/**
 * Reads an export: an SP connection, a list of them as `GET /idp/spConnections` gives it, or a single channel.
 *
 * @param path names the file in errors
 * @param named the connection to take, where the file has several that provision
 * @throws PingFederateExportError with every place in the JSON that is not as it should be
 */
export function readExport(text: string, path: string, named: string | undefined): Exported {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new PingFederateExportError(
      `${path} is no JSON (${why}): export the SP connection with GET /pf-admin-api/v1/idp/spConnections/ID`,
      { cause },
    )
  }
  if (isObject(json) && 'channelSource' in json) {
    const channel = parse(Channel, json, path, [])
    return { name: undefined, type: undefined, settings: [], channels: [channel], beside: [] }
  }
  const { value, at } = chosen(json, path, named)
  const { name, outboundProvision } = parse(Connection, value, path, at)
  return {
    name: name ?? undefined,
    type: outboundProvision.type ?? undefined,
    settings: outboundProvision.targetSettings ?? [],
    channels: outboundProvision.channels,
    beside: BESIDE.filter((key) => value[key] != null),
  }
}

type Json = Readonly<Record<string, unknown>>

/** The connection that is meant: the one that was named, that provisions Zendesk, or that provisions at all. */
function chosen(json: unknown, path: string, named: string | undefined): { value: Json; at: (string | number)[] } {
  const list = isObject(json) && Array.isArray(json['items']) ? json['items'] : Array.isArray(json) ? json : undefined
  const prefix = isObject(json) && list !== undefined ? ['items'] : []
  const all = (list ?? [json]).flatMap((value, i) =>
    isObject(value) ? [{ value, at: list === undefined ? [] : [...prefix, i] }] : [],
  )
  const provisioning = all.filter(({ value }) => isObject(value['outboundProvision']))
  if (provisioning.length === 0)
    throw new PingFederateExportError(
      `${path} has no SP connection with outboundProvision, and is no channel (channelSource): export the connection ` +
        'that provisions Zendesk, with GET /pf-admin-api/v1/idp/spConnections/ID',
    )
  const names = provisioning.map(({ value }) => String(value['name'] ?? value['id'] ?? ''))
  if (named !== undefined) {
    const i = names.indexOf(named)
    if (i >= 0) return provisioning[i]!
    throw new PingFederateExportError(
      `${path} has no connection '${named}' that provisions; it has ${names.join(', ')}`,
    )
  }
  const zendesk = provisioning.filter(({ value }) => /zendesk/i.test(typeOf(value)))
  const [one, ...others] = zendesk.length > 0 ? zendesk : provisioning
  if (others.length === 0) return one!
  throw new PingFederateExportError(
    `${path} has several connections that provision: name one, --connection ${names.join(' | ')}`,
  )
}

function typeOf(connection: Json): string {
  const { type } = connection['outboundProvision'] as Json
  return `${String(type ?? '')} ${String(connection['name'] ?? '')}`
}

function parse<T>(schema: z.ZodType<T>, value: unknown, path: string, at: readonly (string | number)[]): T {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const mistakes = read.error.issues.map(
    ({ path: within, message }) => `\n  ${placeOf([...at, ...(within as (string | number)[])])}: ${message}`,
  )
  throw new PingFederateExportError(`${path} is no export of a PingFederate channel:${mistakes.join('')}`)
}

/** `items[0].outboundProvision.channels[1].channelSource.baseDn` */
function placeOf(path: readonly (string | number)[]): string {
  return (
    path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${key}`)).join('') || '(the file)'
  )
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
