import { Location } from '@provisioner/shared/config/location.ts'
import type { ChannelSource, ExportedLocation } from './export-file.ts'
import type { Report } from './report.ts'

/** Turns where a channel looks for people and groups into locations; groups are undefined where it provisions none. */
export function importLocations(
  { baseDn, userSourceLocation, groupSourceLocation }: ChannelSource,
  report: Report,
  at: string,
): { readonly users: object; readonly groups: object | undefined } {
  report.taken(`${at}baseDn`, 'users.locations[0].base', baseDn)
  const users = locationOf(baseDn, userSourceLocation, 'users', report, `${at}userSourceLocation`)
  const isSet =
    groupSourceLocation != null && (isText(groupSourceLocation.groupDN) || isText(groupSourceLocation.filter))
  if (!isSet) {
    report.taken(`${at}groupSourceLocation`, 'groups', 'none: no groups are provisioned')
    return { users, groups: undefined }
  }
  const groups = locationOf(baseDn, groupSourceLocation, 'groups', report, `${at}groupSourceLocation`)
  report.differs(
    `${at}groupSourceLocation`,
    'groups.remove',
    'PingFederate deletes a group that leaves, for good. delete-created leaves those alone that were there before, ' +
      'which are all that PingFederate made: delete-all deletes them too',
  )
  return { users, groups }
}

function locationOf(
  base: string,
  { groupDN: group, filter, nestedSearch }: ExportedLocation,
  kind: 'users' | 'groups',
  report: Report,
  option: string,
): object {
  const key = `${kind}.locations[0]`
  const nested = nestedSearch === true ? { nested: true } : {}
  if (isText(group)) {
    report.taken(`${option}.groupDN`, `${key}.group`, group)
    if (nested.nested) report.taken(`${option}.nestedSearch`, `${key}.nested`)
    return { base, group, ...nested }
  }
  if (!isText(filter)) {
    report.toDo(option, key, `neither a group nor a filter: everybody below ${base} is in scope`)
    return { base }
  }
  const text = filter.trim()
  const written = text.startsWith('(') ? text : `(${text})`
  if (!Location.safeParse({ base, filter: written }).success) {
    report.toDo(`${option}.filter`, `${key}.filter`, `'${filter}' is no filter by RFC 4515: write one in its place`)
    return { base, filter: written }
  }
  report.differs(
    `${option}.filter`,
    `${key}.filter`,
    `${written}; only ${NOUNS[kind]} are found by it, whatever else fits`,
  )
  if (nested.nested)
    report.differs(
      `${option}.nestedSearch`,
      `${key}.nested`,
      'says nothing of a filter here; of groups it nests members',
    )
  return { base, filter: written, ...(kind === 'groups' ? nested : {}) }
}

const NOUNS = { users: 'people', groups: 'groups' } as const

function isText(text: string | null | undefined): text is string {
  return text != null && text.trim() !== ''
}
