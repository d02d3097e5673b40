import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { isBelow, normaliseDn } from '../directory/dn.ts'

/** What a DN says of its domain: all of the `dc` at its end. */
const DOMAIN = /(?:^|,)(dc=[^,=]+(?:,dc=[^,=]+)*)$/

/** A global catalogue has the users of all domains of its forest, and of a domain controller one domain. */
const CATALOGUE_PORTS = ['3268', '3269']

/**
 * Whether a connection to an Active Directory reads the domain of a normalised DN: those of
 * `users.locations`, and from a global catalogue those below them as well. A DN that names no domain tells nothing: it
 * counts as read.
 */
export function readDomains({
  directory,
  users,
}: Pick<ConnectionConfig, 'directory' | 'users'>): (dn: string) => boolean {
  const bases = users.locations.map(({ base }) => normaliseDn(base))
  const domains = new Set(bases.map((base) => DOMAIN.exec(base)?.[1] ?? ''))
  const isCatalogue = directory.urls.every((url) => CATALOGUE_PORTS.includes(new URL(url).port))
  const isRead = (domain: string) => domains.has(domain) || (isCatalogue && bases.some((base) => isBelow(domain, base)))
  return (dn) => {
    const domain = DOMAIN.exec(dn)?.[1]
    return domain === undefined || isRead(domain)
  }
}
