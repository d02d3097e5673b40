import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { GroupsConfig } from '@provisioner/shared/config/groups.ts'
import { normaliseDn } from '../directory/dn.ts'
import type { Entry, UnidentifiedEntry } from '../directory/entry.ts'
import { parseSid } from '../directory/sid.ts'
import { uidKey, type DirectoryGroup } from './group-tree.ts'
import { attributesOf, demandedOf, memberAttributes } from './member-attributes.ts'

/** Control characters but for tab and line breaks. */
const CONTROL = /[^\P{Cc}\t\n\r]/gu
/** Of a description. Nobody documents how many Zendesk takes: this many fit into its text columns in any script. */
const DESCRIPTION_CHARACTERS = 10_000

/** The attributes of a group that its name, its description and membership go by. */
export function groupAttributes({ groups, directory }: ConnectionConfig): string[] {
  const sid = directory.type === 'active-directory' ? ['objectSid'] : []
  const described = groups?.atCreation.description ?? []
  const own = [groups?.match ?? 'cn', 'objectClass', described].flat()
  return [...new Set([...own, ...sid, ...memberAttributes(directory)])]
}

/** What a group's entry says of its name and its members. Dynamic members are left to be searched for. */
export function toGroup(entry: Entry | UnidentifiedEntry, { groups, directory }: ConnectionConfig): DirectoryGroup {
  const values = (name: string) => entry.attributes.get(name.toLowerCase()) ?? []
  const texts = (name: string) => values(name).filter((value) => typeof value === 'string')
  const lookedFor = attributesOf(texts('objectClass'), directory)
  const members: string[] = []
  const searches: string[] = []
  for (const name of lookedFor)
    if (isUrls(name)) searches.push(...texts(name))
    else for (const value of texts(name)) members.push(isUids(name) ? uidKey(value) : normaliseDn(value))
  const [name = '', ...otherNames] = texts(groups?.match ?? 'cn')
    .map((value) => value.trim())
    .filter((value) => value !== '')
  const missing = demandedOf(texts('objectClass'), directory).filter((name) => values(name).length === 0)
  const [sid] = values('objectSid')
  return {
    id: 'id' in entry ? entry.id : undefined,
    dn: entry.dn,
    key: normaliseDn(entry.dn),
    name,
    otherNames,
    ...(groups && atCreationOf(texts, groups.atCreation)),
    members,
    sid: Buffer.isBuffer(sid) ? parseSid(sid) : undefined,
    lookedFor,
    naming: lookedFor.filter((name) => values(name).length > 0).map((name) => name.toLowerCase()),
    searches,
    ...(missing.length > 0 && {
      unread: `'${missing.join("', '")}' is hidden: no group of its object class is without`,
    }),
    ...(entry.attributes.size === 0 && { unread: 'the entry shows none of its attributes' }),
  }
}

/** Nothing where the group is created with its name alone. */
function atCreationOf(
  texts: (attribute: string) => readonly string[],
  { description, is_public: isPublic }: GroupsConfig['atCreation'],
): Pick<DirectoryGroup, 'atCreation'> {
  const [text] = description === undefined ? [] : texts(description).map(plainText).filter(Boolean)
  if (text === undefined && isPublic) return {}
  return { atCreation: { ...(text !== undefined && { description: text }), ...(!isPublic && { is_public: false }) } }
}

/** A description that Zendesk can take: without control characters and halves of characters, and not without end. */
function plainText(text: string): string {
  return text.toWellFormed().replace(CONTROL, ' ').trim().slice(0, DESCRIPTION_CHARACTERS)
}

/** A group that the server neither gives nor denies. */
export function hiddenGroup(dn: string): DirectoryGroup {
  return {
    id: undefined,
    dn,
    key: normaliseDn(dn),
    name: '',
    otherNames: [],
    members: [],
    lookedFor: [],
    naming: [],
    searches: [],
    unread: 'the bind DN may not read the entry',
  }
}

function isUids(attribute: string): boolean {
  return attribute.toLowerCase() === 'memberuid'
}

function isUrls(attribute: string): boolean {
  return attribute.toLowerCase() === 'memberurl'
}
