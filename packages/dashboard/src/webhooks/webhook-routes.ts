import type { ZendeskEvent } from '@provisioner/shared/ledger/looks.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refuse } from '../access/guard.ts'
import { peerOf } from '../access/peer.ts'
import { judgeDelivery } from './verify-signature.ts'
import type { WebhookSecret } from './webhook-secrets.ts'
import { readEvent } from './zendesk-event.ts'

/** An event has a user's notes or details before and after, of 64 KiB each. */
const BODY_LIMIT = 256 * 1024

/** Deliveries of one peer that are looked at in a minute. What an account writes in one comes to less. */
const PER_MINUTE = 6_000
const MINUTE_MS = 60_000

/** When Zendesk may try again that could not be noted, s. */
const RETRY_AFTER_S = 10

export interface WebhookOptions {
  readonly webhookSecrets: readonly WebhookSecret[]
  /** Notes what is to be looked at. @throws while Redis is away */
  readonly noteEvent: (account: string, event: ZendeskEvent) => Promise<'noted' | 'repeated'>
}

/**
 * `POST /webhooks/zendesk`, where a signing secret is set: no login and no session, for the signature says who sends.
 * All that it does is to note that a user is to be looked at in Zendesk; what has changed is not taken from the event.
 *
 *   delivery                                | answer
 *   ----------------------------------------|------------------------------------------
 *   of a user, signed, new                  | 204, once it is noted
 *   of something else, signed               | 204, and nothing is noted
 *   signed wrongly, or not at all           | 401
 *   signed more than five minutes from now  | 401
 *   delivered before                        | 400
 *   no event                                | 400
 *   more than 6,000 of a peer in a minute   | 429
 *   while Redis is away                     | 503: it is delivered once more, and counts as new
 */
export async function addWebhookRoutes(app: FastifyInstance, options: WebhookOptions): Promise<void> {
  if (options.webhookSecrets.length === 0) return
  const limit = app.createRateLimit({ max: PER_MINUTE, timeWindow: MINUTE_MS, keyGenerator: peerOf })
  await app.register(async (scope) => {
    // The signature is of the bytes.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.addHook('onRequest', async (request, reply) => {
      const state = await limit(request)
      if (state.isAllowed || !state.isExceeded) return
      return refuse(reply.header('retry-after', state.ttlInSeconds), 429, 'Too many deliveries')
    })
    const route = { bodyLimit: BODY_LIMIT }
    scope.post('/webhooks/zendesk', route, (request, reply) => takeDelivery(request, reply, options))
  })
}

async function takeDelivery(
  request: FastifyRequest,
  reply: FastifyReply,
  { webhookSecrets, noteEvent }: WebhookOptions,
): Promise<FastifyReply> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const [signature, timestamp] = [header(request, SIGNATURE), header(request, TIMESTAMP)]
  const now = Date.now()
  const judged = webhookSecrets.map(({ account, secret }) => {
    return { account, judgement: judgeDelivery({ signature, timestamp, body }, secret, now) }
  })
  const genuine = judged.find(({ judgement }) => judgement === 'genuine')
  if (!genuine) {
    const why = judged.some(({ judgement }) => judgement === 'out of time') ? 'out of time' : 'forged'
    return turnAway(request, reply, 401, why)
  }
  const event = readEvent(body.toString('utf8'))
  if (event === undefined) return turnAway(request, reply, 400, 'no event')
  if (event === 'none') return reply.status(204).send()
  try {
    const answer = await noteEvent(genuine.account, event)
    return answer === 'noted' ? reply.status(204).send() : turnAway(request, reply, 400, 'repeated')
  } catch (error) {
    request.log.warn({ err: error }, 'Webhook not noted: Redis does not take it')
    return refuse(reply.header('retry-after', RETRY_AFTER_S), 503, 'Not noted: deliver it again')
  }
}

const SIGNATURE = 'x-zendesk-webhook-signature'
const TIMESTAMP = 'x-zendesk-webhook-signature-timestamp'

/** A header that came once. */
function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

function turnAway(request: FastifyRequest, reply: FastifyReply, status: number, why: string): FastifyReply {
  request.log.warn({ why, peer: peerOf(request) }, 'Webhook refused')
  return refuse(reply, status, `Refused: ${why}`)
}
