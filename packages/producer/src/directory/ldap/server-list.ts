import { Resolver } from 'node:dns/promises'
import type { DirectoryConfig } from '@provisioner/shared/config/directory.ts'
import type { FailedServer } from './errors.ts'

/** What DNS has of a service (RFC 2782). */
export interface ServiceRecord {
  readonly name: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

/** Asks DNS for the servers of a service. @throws when it has none */
export type ResolveSrv = (service: string) => Promise<readonly ServiceRecord[]>

export type ServerAddresses = Pick<DirectoryConfig, 'type' | 'urls' | 'startTls' | 'site'>

/** A cycle waits for DNS: in ms, and how often each of its servers is asked. */
const DNS = new Resolver({ timeout: 2_000, tries: 2 })

const DOMAIN = 'dns:'

/** Whether an address of the configuration stands for the servers that DNS has for a domain. */
export function isDomain(url: string): boolean {
  return url.toLowerCase().startsWith(DOMAIN)
}

/** How long what DNS said is used, ms: Windows itself looks for another domain controller every quarter of an hour. */
const FRESH_MS = 15 * 60_000

/** The port of LDAP over TLS, which no record of `_ldap` names. */
const LDAPS_PORT = 636

/**
 * The servers of a directory, in order of preference. `dns:corp.example` stands for those that DNS names:
 *
 *   type              | services that are asked for, in this order
 *   ------------------|--------------------------------------------------------------------------------------
 *   active-directory  | with `site`: `_ldap._tcp.SITE._sites.dc._msdcs.DOMAIN`; `_ldap._tcp.dc._msdcs.DOMAIN`
 *   any other         | `_ldap._tcp.DOMAIN`
 *
 * They are reached by StartTLS at the port that is named, without `startTls` by ldaps:// at its own port. Those of one
 * priority come in an order by chance and weight, which stays while this process runs: what is read from one server is
 * read from it again.
 */
export class ServerList {
  readonly #addresses: ServerAddresses
  readonly #resolveSrv: ResolveSrv
  readonly #chances = new Map<string, number>()
  readonly #known = new Map<string, { readonly at: number; readonly urls: readonly string[] }>()

  constructor(addresses: ServerAddresses, resolveSrv: ResolveSrv = (service) => DNS.resolveSrv(service)) {
    this.#addresses = addresses
    this.#resolveSrv = resolveSrv
  }

  /** Their addresses, and the domains of which DNS says nothing and never did. */
  async list(): Promise<{ readonly urls: readonly string[]; readonly failed: readonly FailedServer[] }> {
    const urls = new Set<string>()
    const failed: FailedServer[] = []
    for (const url of this.#addresses.urls) {
      if (!isDomain(url)) urls.add(url)
      else
        try {
          for (const one of await this.#ofDomain(url.slice(DOMAIN.length))) urls.add(one)
        } catch (error) {
          if (!(error instanceof Error)) throw error
          failed.push({ url, error, advice: 'Check the domain, and which DNS server this machine asks.' })
        }
    }
    return { urls: [...urls], failed }
  }

  async #ofDomain(domain: string): Promise<readonly string[]> {
    const before = this.#known.get(domain)
    if (before && performance.now() - before.at < FRESH_MS) return before.urls
    try {
      const found = await this.#lookUp(domain)
      this.#known.set(domain, { at: performance.now(), urls: found })
      return found
    } catch (error) {
      if (before) return before.urls
      throw error
    }
  }

  async #lookUp(domain: string): Promise<string[]> {
    const { type, site } = this.#addresses
    if (type !== 'active-directory') return this.#servers(`_ldap._tcp.${domain}`)
    const all = await this.#servers(`_ldap._tcp.dc._msdcs.${domain}`)
    if (site === undefined) return all
    // A site may have no domain controller of its own.
    const near = await this.#servers(`_ldap._tcp.${site}._sites.dc._msdcs.${domain}`).catch(() => [])
    return [...new Set([...near, ...all])]
  }

  async #servers(service: string): Promise<string[]> {
    const records = await this.#resolveSrv(service)
    return [...records]
      .sort((a, b) => a.priority - b.priority || this.#chanceOf(b) - this.#chanceOf(a))
      .map(({ name, port }) => (this.#addresses.startTls ? `ldap://${name}:${port}` : `ldaps://${name}:${LDAPS_PORT}`))
  }

  /** A server with twice the weight of another comes before it twice as often as after it (Efraimidis and Spirakis). */
  #chanceOf({ name, weight }: ServiceRecord): number {
    const known = this.#chances.get(name) ?? Math.random() ** (1 / Math.max(weight, 0.01))
    this.#chances.set(name, known)
    return known
  }
}
