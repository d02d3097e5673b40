import { COMMON } from './common.ts'

/**
 * Marks creations as sent that a crash of Redis may have forgotten. Whoever is linked, or marked, stays as is.
 *
 * ARGV[1] by: the lease token or the batch id that sent them
 * ARGV[2] JSON array of {kind, id, intent}: when (ms) and what was sent (JSON), as one text
 */
export const INTEND_AGAIN = `${COMMON}
for _, e in ipairs(cjson.decode(ARGV[2])) do
  local key = entity(e.kind, e.id)
  local h = redis.call('HMGET', key, 'rev', 'zid', 'intent')
  if h[1] and not h[2] and not h[3] then redis.call('HSET', key, 'intent', e.intent, 'by', ARGV[1]) end
end
return 1
`

/**
 * Takes marks back: what they stand for was refused, and made nothing. Said again after `INTEND_AGAIN`, as it was at first.
 *
 * ARGV[1] by: who set them   ARGV[2] JSON array of {kind, id}
 */
export const NOT_INTENDED = `${COMMON}
for _, e in ipairs(cjson.decode(ARGV[2])) do
  local key = entity(e.kind, e.id)
  if redis.call('HGET', key, 'by') == ARGV[1] then redis.call('HDEL', key, 'intent') end
end
return 1
`
