import type { Directory } from '../directory/directory.ts'
import { normaliseDn } from '../directory/dn.ts'
import { parseLdapUrl } from '../directory/ldap-url.ts'
import type { DirectoryGroup, GroupRoot, GroupTree } from './group-tree.ts'
import { searchFault } from '../directory/search-fault.ts'

/**
 * Carries out the searches of the dynamic groups that membership depends on, those nested in others included, and puts
 * what they find into the tree. A search that can't be carried out leaves its group unread, and stops nobody else's.
 *
 * @param urls the servers' addresses: a URL that names another server is not ours to ask
 * @throws whatever the directory throws when the server, and not the search, is at fault
 */
export async function findDynamicMembers(
  directory: Directory,
  tree: GroupTree,
  roots: readonly GroupRoot[],
  urls: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (let found = true; found;) {
    found = false
    for (const { key, nested } of roots)
      for (const at of tree.groupsBelow(key, nested)) {
        const group = tree.get(at)
        if (!group || group.searches.length === 0) continue
        tree.put(await withMembers(group, directory, urls, signal))
        found = true
      }
  }
}

async function withMembers(
  group: DirectoryGroup,
  directory: Directory,
  urls: readonly string[],
  signal: AbortSignal,
): Promise<DirectoryGroup> {
  const members = new Set(group.members)
  const faults = group.unread === undefined ? [] : [group.unread]
  for (const url of group.searches) {
    const fault = await search(url, directory, urls, members, signal)
    if (fault !== undefined) faults.push(fault)
  }
  return {
    ...group,
    members: [...members],
    searches: [],
    ...(faults.length > 0 && { unread: faults.join('; ') }),
  }
}

/** Adds what a URL finds to the members. Returns what is wrong with it. */
async function search(
  url: string,
  directory: Directory,
  urls: readonly string[],
  members: Set<string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const parsed = parseLdapUrl(url)
  if (!parsed) return `'${url}' is no LDAP URL (RFC 4516) that can be carried out`
  if (parsed.host !== '' && !urls.some((ours) => namesHost(ours, parsed.host)))
    return `'${url}' names another server, which is not asked`
  try {
    for await (const page of directory.scan({ ...parsed, attributes: [] }, signal)) {
      for (const { dn } of page.entries) members.add(normaliseDn(dn))
      for (const { dn } of page.unidentified) members.add(normaliseDn(dn))
    }
    return undefined
  } catch (error) {
    const fault = searchFault(error)
    if (fault === undefined) throw error
    return `'${url}': ${fault}`
  }
}

/** Whether an address of the configuration is that of `host` or `host:port`. */
function namesHost(address: string, host: string): boolean {
  const { hostname, port, protocol } = new URL(address)
  const at = port || (protocol === 'ldaps:' ? '636' : '389')
  return host === hostname.toLowerCase() || host === `${hostname.toLowerCase()}:${at}`
}
