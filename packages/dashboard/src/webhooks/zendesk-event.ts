import type { ZendeskEvent } from '@provisioner/shared/ledger/looks.ts'
import { fingerprintOfText } from '@provisioner/shared/desired.ts'
import { z } from 'zod'

const Id = z.union([z.string().regex(/^\d{1,16}$/), z.int().positive()]).transform(Number)

const Delivered = z.object({ id: z.string().min(1).max(500), type: z.string() })

/**
 * An event of a user as Zendesk sends it:
 * https://developer.zendesk.com/api-reference/webhooks/event-types/user-events. Of memberships nobody has recorded how
 * the group is called.
 */
const OfUser = z.object({
  detail: z.object({ id: Id }),
  event: z.object({ group_id: Id.optional(), group: z.object({ id: Id }).optional() }).catch({}),
})

/** What changes of a user without that anybody changed what is managed. */
const NO_NEWS = new Set(['last_login_changed', 'password_changed', 'photo_changed'])

/** What an event tells of a user; `none` for one of something else, undefined for what is no event. */
export function readEvent(text: string): ZendeskEvent | 'none' | undefined {
  const json = parse(text)
  const parsed = Delivered.safeParse(json)
  if (!parsed.success) return undefined
  const { id, type } = parsed.data
  // Zendesk writes a slash in some: zen:event-type/user.merged.
  const what = /^zen:event-type[:/]user\.(\w+)$/.exec(type)?.[1]
  if (what === undefined || NO_NEWS.has(what)) return 'none'
  const user = OfUser.safeParse(json)
  if (!user.success) return undefined
  const { detail, event } = user.data
  // The id is text from outside, and becomes part of a key.
  const told = { id: fingerprintOfText(id), user: detail.id }
  const came = /^group_membership_(created|deleted)$/.exec(what)?.[1]
  const group = event.group_id ?? event.group?.id
  return came === undefined ? told : { ...told, membership: { group, isThere: came === 'created' } }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
