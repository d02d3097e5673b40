import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { nameSome } from '../../cycle/name-some.ts'
import type { DirectoryGroups } from '../../source/read-groups.ts'
import { unidentifiedEntry } from '../../cycle/unread-entries.ts'
import { ofProblem, type Finding } from './finding.ts'

/** What each location of groups has, and which groups have nobody. */
export function describeGroups(
  { directory, groups: config }: Pick<ConnectionConfig, 'directory' | 'groups'>,
  { managed, inLocation, nameless, unidentified }: DirectoryGroups,
  members: ReadonlyMap<string, ReadonlySet<string>>,
): Finding[] {
  if (!config)
    return [{ level: 'ok', about: 'groups', what: 'None: without a section groups nothing is done about them' }]
  const counts = config.locations.flatMap(({ base, group }, i): Finding[] => {
    const found = inLocation[i] ?? 0
    // None at all is told as LOCATION_EMPTY; which of them a group chooses, those for Zendesk say.
    if (found === 0 || group !== undefined) return []
    return [{ level: 'ok', about: `groups.locations[${i}]`, what: `${plural(found)} below '${base}'` }]
  })
  const empty = managed.filter(({ id }) => (members.get(id)?.size ?? 0) === 0).map(({ name }) => name)
  const anybody = managed.length - empty.length
  return [
    ...counts,
    ...(managed.length === 0
      ? []
      : [
          {
            level: 'ok',
            about: 'members',
            what: `${plural(managed.length)} for Zendesk, ${anybody} with somebody in scope`,
          } as const,
        ]),
    ...(empty.length === 0 ? [] : [withoutMembers(empty)]),
    ...(nameless.length === 0
      ? []
      : [
          withoutName(
            nameless.map(({ dn }) => dn),
            config.match,
          ),
        ]),
    ...[...unidentified].map((dn) => ofProblem('warning', 'groups', unidentifiedEntry('group', dn, directory.id))),
  ]
}

function plural(count: number): string {
  return count === 1 ? '1 group' : `${count} groups`
}

function withoutMembers(names: readonly string[]): Finding {
  return {
    level: 'warning',
    about: 'members',
    what: `${plural(names.length)} without anybody in scope: ${nameSome(names).join(', ')}`,
    todo:
      'Nothing, if that is meant; else let the bind DN read the members, ' +
      "or name their attribute in 'directory.membership.group'",
  }
}

function withoutName(dns: readonly string[], attribute: string): Finding {
  return {
    level: 'warning',
    about: 'groups',
    what: `${plural(dns.length)} without a value in '${attribute}', which is the name in Zendesk: ${nameSome(dns).join('; ')}`,
    todo: 'Give them one in the directory, or choose another attribute in groups.match',
    code: 'GROUP_NAME_MISSING',
  }
}
