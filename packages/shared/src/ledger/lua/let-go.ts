import { COMMON } from './common.ts'

/**
 * Gives entities back without anything written: ends the lease, or the outstanding write.
 *
 * KEYS[2] the account's hash of outstanding writes   KEYS[3] of their job statuses
 * KEYS[4] KEYS[5] hashes of the account's user and group owners
 * ARGV[1] by: the lease token or the batch id   ARGV[2] JSON array of {kind, id, rej (JSON text) or '', gone, ended}
 *         gone: Zendesk has no such object any more; the link and its memberships are forgotten, and a creation has to
 *         be looked up first. Of a user it is remembered since when
 *         ended: the revision that nobody writes, as the user is gone in Zendesk and was not found again: nothing of it
 *         waits any more, and the next cycle plans the entry anew
 * ARGV[3] '1' when the request can't have taken effect: a creation's intent is dropped, and what it named is sure,
 *         if it was this one that set them
 * ARGV[4] '1' to drop the outstanding write of that batch id as well   ARGV[5] connection
 */
export const LET_GO = `${COMMON}
for _, e in ipairs(cjson.decode(ARGV[2])) do
  local key = entity(e.kind, e.id)
  local h = redis.call('HMGET', key, 'lt', 'wr', 'sent', 'by')
  if h[1] == ARGV[1] or h[2] == ARGV[1] then
    if h[1] == ARGV[1] then redis.call('HDEL', key, 'lt', 'lu') end
    if h[2] == ARGV[1] then redis.call('HDEL', key, 'wr') end
    if ARGV[3] == '1' and h[4] == ARGV[1] then
      redis.call('HDEL', key, 'intent')
      if h[3] and string.sub(h[3], 1, 1) ~= '+' then redis.call('HDEL', key, 'sent', 'deleting') end
    end
    if e.gone then
      if e.kind ~= 'membership' then
        disown(e.kind == 'user' and KEYS[4] or KEYS[5], ARGV[5] .. '|' .. e.id, redis.call('HGET', key, 'zid'))
        forget_memberships(e.kind, e.id)
      end
      -- a deletion of ours whose answer was lost is what took the user away
      local g = redis.call('HMGET', key, 'zid', 'deleting')
      if e.kind == 'user' and g[1] and not g[2] then redis.call('HSET', key, 'gone', text(now())) end
      redis.call('HDEL', key, 'zid', 'applied', 'role', 'origin', 'sus', 'sent', 'deleting', 'by')
      redis.call('HSET', key, 'intent', text(now()))
      redis.call('HDEL', prefix .. 'seen:' .. e.kind, e.id)
    end
    if e.ended then
      local g = redis.call('HMGET', key, 'rev', 'gone', 'zid')
      if tonumber(g[1] or '0') == e.ended and g[2] and not g[3] then
        redis.call('HSET', key, 'arev', text(e.ended))
        redis.call('HDEL', key, 'intent', 'sent', 'deleting', 'by', 'rej')
        redis.call('ZREM', prefix .. 'pending', e.kind .. '|' .. e.id)
        redis.call('HDEL', prefix .. 'seen:' .. e.kind, e.id)
        redis.call('HDEL', prefix .. 'problems', 'write|' .. e.kind .. '|' .. e.id)
      end
    end
    if e.rej ~= '' then redis.call('HSET', key, 'rej', e.rej) end
  end
end
if ARGV[4] == '1' then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
end
return 1
`
