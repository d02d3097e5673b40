import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { usersByAddress } from '@provisioner/zendesk/look-up-users.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { readSide, type LinkSide } from '../link/link-side.ts'
import { PATIENCE_MS } from './look-at-zendesk.ts'

/** What Zendesk alone knows by a text. */
export interface KnownToZendesk {
  /** Whether it has anybody, or any group. */
  readonly isFound: boolean
  /** Who they are and what that means, or why nobody can tell; empty where there is nothing to say. */
  readonly says: readonly string[]
}

interface Asked {
  readonly sources: PlanSources
  readonly kind: 'user' | 'group'
  readonly zendeskId: number
}

/**
 * Looks in each account, once, for whom no directory and no ledger knows: by an address, or by an id of Zendesk's. By a
 * name Zendesk's search finds many who only have something like it, so nobody is looked for by one.
 */
export async function onlyInZendesk(
  connections: readonly PlanSources[],
  text: string,
  { live }: { readonly live: boolean },
  signal: AbortSignal,
): Promise<KnownToZendesk> {
  const wanted = text.trim()
  const isId = /^\d{1,16}$/.test(wanted) && Number.isSafeInteger(Number(wanted))
  if (!isId && !/^\S+@\S+$/.test(wanted))
    return { isFound: false, says: ['Who is in Zendesk alone is found by an address, or by an id of Zendesk.'] }
  if (!live) return { isFound: false, says: ['Whether Zendesk alone has them was not asked (--no-live).'] }
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
  const accounts = new Map(connections.map((one) => [one.connection.account, one]))
  const found: string[] = []
  const failed: string[] = []
  for (const [account, sources] of accounts)
    try {
      for (const one of await candidates(sources, wanted, isId, patience)) found.push(...(await tell(one, patience)))
    } catch (error) {
      signal.throwIfAborted()
      if (!patience.aborted && !(error instanceof ZendeskError)) throw error
      const why = patience.aborted ? `no answer within ${PATIENCE_MS / 1_000} s` : (error as ZendeskError).message
      failed.push(`Whether Zendesk alone has them in account '${account}' is not known: ${why}.`)
    }
  const nor = found.length + failed.length === 0 ? ['Zendesk does not have them either.'] : []
  return { isFound: found.length > 0, says: [...found, ...failed, ...nor] }
}

async function candidates(sources: PlanSources, text: string, isId: boolean, signal: AbortSignal): Promise<Asked[]> {
  if (isId) return (['user', 'group'] as const).map((kind) => ({ sources, kind, zendeskId: Number(text) }))
  const users = await usersByAddress(sources.zendesk.users, text, { signal })
  return users.map(({ id }) => ({ sources, kind: 'user', zendeskId: id }))
}

async function tell({ sources, kind, zendeskId }: Asked, signal: AbortSignal): Promise<string[]> {
  const side = await readSide(sources, kind, zendeskId, signal)
  if (!side) return []
  const state = side.user && side.user.suspended !== true ? ', active' : ''
  const who = `${kind} ${zendeskId} of account '${sources.connection.account}' (${side.words}${state})`
  if (side.owner !== null) return ofOwner(who, side.owner, sources, zendeskId)
  const [them, are] = kind === 'user' ? ['them', 'they are'] : ['it', 'it is']
  return [
    `Only Zendesk has ${them}: ${who}.`,
    `No entry below the connections' bases names ${them}, as far as the bind DN may read it, and none is linked to ` +
      `${them}: ${are} not managed, and nothing is written to ${them}.`,
    whatToDo(kind, side, sources.connection.account, (await sources.apiUser.known()) === zendeskId),
  ]
}

/** Somebody is linked to it, and known by another address, or to a connection that is not looked at. */
function ofOwner(
  who: string,
  { connection, id }: NonNullable<LinkSide['owner']>,
  { configured }: PlanSources,
  zendeskId: number,
): string[] {
  const linked = `Zendesk's ${who} is linked to entry ${id} of connection '${connection}'`
  return configured.includes(connection)
    ? [`${linked}: see 'provisioner explain ${zendeskId}'.`]
    : [`${linked}, which the configuration does not have: see 'provisioner connection retire --help'.`]
}

function whatToDo(
  kind: 'user' | 'group',
  { protectedBy, zendeskId }: LinkSide,
  account: string,
  isApiUser: boolean,
): string {
  if (isApiUser) return 'They are the API’s own user, whom no entry can have.'
  if (protectedBy !== null) return `accounts.${account}.protect names them (${protectedBy}), so no entry can have them.`
  const what =
    kind === 'user' ? 'Where an entry with another address is theirs' : 'Where a group of the directory is it'
  return `${what}, 'provisioner link WHO ${zendeskId}' joins the two; WHO is that entry.`
}
