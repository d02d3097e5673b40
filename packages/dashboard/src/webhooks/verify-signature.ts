import { createHmac, timingSafeEqual } from 'node:crypto'

/** How far the time of a signature may be from ours, in either direction, ms. */
const TOLERANCE_MS = 5 * 60_000

/** A delivery of a webhook, as it came. */
export interface Delivery {
  /** `X-Zendesk-Webhook-Signature` */
  readonly signature: string | undefined
  /** `X-Zendesk-Webhook-Signature-Timestamp`, ISO 8601. */
  readonly timestamp: string | undefined
  /** Byte for byte. */
  readonly body: Buffer
}

/**
 * Whether a delivery was signed with the secret, and not long ago: `base64(HMAC-SHA256(timestamp + body))`, see
 * https://developer.zendesk.com/documentation/webhooks/verifying/.
 *
 *   signature     | its time             | judgement
 *   --------------|----------------------|-------------
 *   right         | within five minutes  | genuine
 *   right         | older, or ahead      | out of time
 *   wrong, absent | any                  | forged
 *
 * The comparison takes as long for a wrong signature as for a right one.
 * @param now ms since the epoch
 */
export function judgeDelivery(
  { signature, timestamp, body }: Delivery,
  secret: string,
  now: number,
): 'genuine' | 'forged' | 'out of time' {
  if (signature === undefined || timestamp === undefined) return 'forged'
  const right = createHmac('sha256', secret).update(timestamp).update(body).digest()
  const given = Buffer.from(signature, 'base64')
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 'forged'
  return Math.abs(now - Date.parse(timestamp)) <= TOLERANCE_MS ? 'genuine' : 'out of time'
}
