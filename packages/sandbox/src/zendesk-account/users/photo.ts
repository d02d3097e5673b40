import type { Account } from '../account.ts'
import { refuseUnfit } from '../refusal.ts'
import type { UserRecord } from '../records.ts'
import type { UserBody } from './user-body.ts'

/** Zendesk fetches a picture some time after the answer; nobody recorded how long that takes. */
const FETCHED_AFTER_MS = 1_000

/**
 * Takes a picture's address: it is never shown again, the picture is, later. Whether null takes the picture away is a
 * switch.
 */
export function assignPhoto(account: Account, user: UserRecord, { remote_photo_url: address }: UserBody): void {
  if (address === undefined) return
  if (address === null || address === '') {
    if (account.settings.unknowns.photoWithoutAddress === 'removed') user.photo = null
    return
  }
  const url = URL.canParse(String(address)) ? new URL(String(address)) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    return refuseUnfit(account, 'remote_photo_url', 'Remote photo url: is invalid')
  const name = url.pathname.split('/').at(-1) || 'photo'
  user.photo = { name, at: Date.now() + FETCHED_AFTER_MS / account.settings.clock }
}

/** An attachment, once it is fetched. */
export function showPhoto(account: Account, { id, photo }: UserRecord): Record<string, unknown> | null {
  if (photo === null || photo.at > Date.now()) return null
  const url = `${account.origin}/system/photos/${id}/${photo.name}`
  return {
    url: `${account.origin}/api/v2/attachments/${id}.json`,
    id,
    file_name: photo.name,
    content_url: url,
    mapped_content_url: url,
    content_type: 'image/jpeg',
    size: 2_532,
    inline: false,
    deleted: false,
    thumbnails: [],
  }
}
