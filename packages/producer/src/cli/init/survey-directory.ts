import { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import { ProvisioningError } from '@provisioner/shared/errors.ts'
import type { DirectoryType } from '@provisioner/shared/directory-profiles/profiles.ts'
import type { Directory } from '../../directory/directory.ts'
import { parentDn } from '../../directory/dn.ts'
import type { UnidentifiedEntry } from '../../directory/entry.ts'
import { openDirectory } from '../../directory/ldap/open-directory.ts'
import { statusOf } from '../../mapping/status.ts'
import { groupFilter, personFilter } from '../../source/filters.ts'
import { memberAttributes } from '../../source/member-attributes.ts'
import { whereMostLie } from './where-most-lie.ts'

/** How to reach a directory, before anything is known of it. */
export interface Reach {
  readonly url: string
  readonly caFile?: string | undefined
  readonly bindDn?: string | undefined
  readonly bindPassword?: string | undefined
}

/** The server that answered. */
export interface SeenServer {
  readonly type: DirectoryType
  readonly name: string
  /** Naming contexts in which people may be. */
  readonly contexts: readonly string[]
}

/** How many entries of a kind there are, and where. */
interface Counted {
  readonly count: number
  readonly where: ReturnType<typeof whereMostLie>
}

export interface DirectorySurvey {
  readonly people: Counted & { readonly disabled: number }
  /** How many people have a value, by attribute as it is written, the most frequent first. */
  readonly attributes: readonly (readonly [name: string, count: number])[]
  readonly groups: Counted & {
    /** How many groups name members by an attribute. */
    readonly naming: ReadonlyMap<string, number>
    readonly names: readonly { readonly name: string; readonly dn: string }[]
  }
  /** People and groups that do not show the attribute of their immutable id. */
  readonly unidentified: number
}

/** Thrown where nothing that looks like a directory of people can be found. */
export class NoContextError extends ProvisioningError {
  override name = 'NoContextError' as const
  override readonly code = 'DIRECTORY_CONTEXTS_HIDDEN' as const

  constructor(url: string) {
    super(`${url} does not show which naming contexts it has: name the base, as in dc=acme,dc=com`)
  }
}

/** Of these are schema, configuration and name service, and never people. */
const NOBODY =
  /^(cn=(schema|configuration|config|monitor|changelog|accesslog)|dc=(domain|forest)dnszones|o=netscaperoot|o=ipaca)\b/i

/** Who has no names yet: people are looked at whole to learn them, so many of them. */
const LOOKED_AT = 200
/** Attributes that are counted for everybody. */
const COUNTED = 60
/** Group names that are kept. */
const NAMES = 2_000

const SILENT = { debug: () => {}, warn: () => {} }

/** The section `directory` as it will be read, with the type's defaults. */
export function directoryOf({ url, caFile, bindDn, bindPassword }: Reach, type: DirectoryType): DirectoryConfig {
  return DirectoryConfig.parse({
    type,
    urls: [url],
    tls: caFile === undefined ? {} : { caFile },
    ...(bindDn !== undefined && { bindDn, bindPassword }),
  })
}

/** Asks who answers. @throws DirectoryUnreachableError, DirectoryBindError */
export async function meetServer(reach: Reach, signal: AbortSignal): Promise<SeenServer> {
  const { url, caFile, bindDn, bindPassword } = reach
  // Names of accounts other than DNs are Active Directory's: nothing else of the type matters before it is known.
  const config = { ...directoryOf({ url, caFile }, 'active-directory'), bindDn, bindPassword }
  await using directory = openDirectory(config, { log: SILENT })
  const found = await directory.server(signal)
  const contexts = (found?.contexts ?? []).filter((one) => !NOBODY.test(one))
  return { type: found?.type ?? 'generic', name: found?.name ?? 'An LDAP server that hides what it is', contexts }
}

/** Reads everybody below a base, and counts. @throws what scanning throws */
export async function surveyDirectory(
  reach: Reach,
  type: DirectoryType,
  base: string,
  signal: AbortSignal,
): Promise<DirectorySurvey> {
  const config = directoryOf(reach, type)
  await using directory = openDirectory(config, { log: SILENT })
  const names = await attributeNames(directory, config, base, signal)
  const people = new Tally()
  const counts = new Map(names.map((name) => [name, 0]))
  const now = Date.now()
  let disabled = 0
  const state = [config.status?.attribute ?? [], ...config.expires, 'objectClass'].flat()
  const ofPeople = {
    base,
    scope: 'sub',
    filter: personFilter(config),
    attributes: [...new Set([...names, ...state])],
  } as const
  for await (const page of directory.scan(ofPeople, signal)) {
    people.addUnidentified(page.unidentified)
    for (const entry of page.entries) {
      people.add(entry)
      if (statusOf(entry, config, now).disabled === true) disabled++
      for (const name of names) if (entry.attributes.has(name)) counts.set(name, counts.get(name)! + 1)
    }
  }
  const groups = new Tally()
  const naming = new Map<string, number>()
  const named: { name: string; dn: string }[] = []
  const members = memberAttributes(config)
  const ofGroups = {
    base,
    scope: 'sub',
    filter: groupFilter(config),
    attributes: ['cn', 'objectClass', ...members],
  } as const
  for await (const page of directory.scan(ofGroups, signal)) {
    groups.addUnidentified(page.unidentified)
    for (const entry of page.entries) {
      groups.add(entry)
      const [name] = entry.attributes.get('cn') ?? []
      if (typeof name === 'string' && named.length < NAMES) named.push({ name, dn: entry.dn })
      for (const one of members)
        if (entry.attributes.has(one.toLowerCase())) naming.set(one, (naming.get(one) ?? 0) + 1)
    }
  }
  const written = await directory.attributeTypes(base, signal)
  return {
    people: { ...people.counted(), disabled },
    attributes: [...counts]
      .filter(([, count]) => count > 0)
      .map(([name, count]) => [written?.get(name) ?? name, count] as const)
      .toSorted(([a, some], [b, others]) => others - some || a.localeCompare(b)),
    groups: { ...groups.counted(), naming, names: named },
    unidentified: people.unidentified + groups.unidentified,
  }
}

/** Names of the attributes that the first people have, in lower case, but for those of bytes, which nobody maps. */
async function attributeNames(
  directory: Directory,
  config: DirectoryConfig,
  base: string,
  signal: AbortSignal,
): Promise<string[]> {
  const found = new Map<string, number>()
  let looked = 0
  const search = { base, scope: 'sub', filter: personFilter(config), attributes: ['*', 'memberOf'] } as const
  for await (const page of directory.scan(search, signal)) {
    for (const { attributes } of [...page.entries, ...page.unidentified])
      for (const [name, values] of attributes)
        if (values.every((value) => typeof value === 'string')) found.set(name, (found.get(name) ?? 0) + 1)
    looked += page.entries.length + page.unidentified.length
    if (looked >= LOOKED_AT) break
  }
  return [...found]
    .filter(([name]) => name !== 'objectclass' && name !== config.id.toLowerCase())
    .toSorted(([, some], [, others]) => others - some)
    .slice(0, COUNTED)
    .map(([name]) => name)
}

/** Counts entries, and where they lie. */
class Tally {
  unidentified = 0
  readonly #parents = new Map<string, number>()
  #count = 0

  add({ dn }: UnidentifiedEntry): void {
    const parent = parentDn(dn)
    this.#count++
    this.#parents.set(parent, (this.#parents.get(parent) ?? 0) + 1)
  }

  addUnidentified(entries: readonly UnidentifiedEntry[]): void {
    this.unidentified += entries.length
  }

  counted(): Counted {
    return { count: this.#count, where: whereMostLie(this.#parents) }
  }
}
