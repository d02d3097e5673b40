import { ZendeskError, isDuplicateEmail } from '@provisioner/zendesk/errors.ts'
import { isAddress, type Identity } from '@provisioner/zendesk/identities.ts'
import type { CallOptions } from '@provisioner/zendesk/transport.ts'
import type { Needs } from '../ports.ts'

/**
 * Where stand-in addresses are; nobody gets what is sent there. Below `.invalid` no domain will ever exist (RFC 2606,
 * section 2), but whether Zendesk takes such an address nobody has recorded. `example.com` (section 3) belongs to
 * nobody either and publishes that it takes no mail (RFC 7505); clients' authors create users there in real accounts.
 * It comes second, since it is somebody's to run.
 */
const DOMAINS = ['moving.invalid', 'example.com']

/** The address that a user has in a ring of users who pass their addresses on, until the own one is free. */
export function standInsFor(zendeskId: number): string[] {
  return DOMAINS.map((domain) => `moving-${zendeskId}@${domain}`)
}

/** Whether an identity is a stand-in of ours for this user, also one that an earlier version left at a real domain. */
export function isStandIn({ type, value }: Pick<Identity, 'type' | 'value'>, zendeskId: number): boolean {
  const address = value.toLowerCase()
  return type === 'email' && (standInsFor(zendeskId).includes(address) || address.includes(`+moving-${zendeskId}@`))
}

/** Makes a stand-in the user's primary address. One that is there already, after a crash, is taken. */
export async function moveToStandIn(
  { zendesk }: Needs<'zendesk'>,
  zendeskId: number,
  options: CallOptions,
): Promise<void> {
  const identities = await zendesk.identities.list(zendeskId)
  let standIn = identities.find((one) => isStandIn(one, zendeskId))
  const [first, second] = standInsFor(zendeskId) as [string, string]
  const create = (value: string) =>
    zendesk.identities.create(zendeskId, { type: 'email', value, verified: true }, options)
  standIn ??= await create(first).catch((error: unknown) => {
    if (error instanceof ZendeskError && error.problem.kind === 'invalid') return create(second)
    throw error
  })
  await zendesk.identities.makePrimary(zendeskId, standIn.id, options)
}

/**
 * The address that a user gave the own one up for is refused after all: the user gets the former one back, or any other
 * that is there. Returns the stand-in when the user has nothing else.
 */
export async function leaveStandIn(
  { zendesk }: Needs<'zendesk'>,
  zendeskId: number,
  former: string,
  options: CallOptions,
): Promise<string | undefined> {
  const identities = await zendesk.identities.list(zendeskId)
  const standIn = identities.find((one) => one.primary && isStandIn(one, zendeskId))
  if (!standIn) return undefined
  const own = identities.filter((one) => one.type === 'email' && !isStandIn(one, zendeskId))
  const address = own.find(isAddress(former)) ?? (await giveBackFormer()) ?? own[0]
  if (!address) return standIn.value
  await zendesk.identities.makePrimary(zendeskId, address.id, options)
  await zendesk.identities.delete(zendeskId, standIn.id, options)
  return undefined

  async function giveBackFormer(): Promise<Identity | undefined> {
    if (former === '') return undefined
    return zendesk.identities
      .create(zendeskId, { type: 'email', value: former, verified: true }, options)
      .catch((error: unknown) => {
        if (isDuplicateEmail(error)) return undefined
        throw error
      })
  }
}
