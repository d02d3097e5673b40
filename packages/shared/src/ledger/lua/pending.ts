import { COMMON } from './common.ts'

/**
 * What was released and never applied, for the cycle to look after.
 *
 * ARGV[1] members of `pending` as a JSON array
 * Returns, in that order, {rev, arev, op, attrs, label, rej, 1 when its job can run, 1 while a write is going on};
 * an empty list for an entity that has gone.
 */
export const PENDING = `${COMMON}
local out = {}
local at = now()
for i, member in ipairs(cjson.decode(ARGV[1])) do
  local bar = string.find(member, '|', 1, true)
  local kind, id = string.sub(member, 1, bar - 1), string.sub(member, bar + 1)
  local h = redis.call('HMGET', entity(kind, id), 'rev', 'arev', 'op', 'attrs', 'label', 'rej', 'pres', 'wr', 'lu')
  if not h[1] or not h[3] then
    redis.call('ZREM', prefix .. 'pending', member)
    out[i] = {}
  else
    local writing = (h[8] or tonumber(h[9] or '0') > at) and 1 or 0
    out[i] = { h[1], h[2] or '0', h[3], h[4] or '', h[5] or '', h[6] or '', ready(kind, id, h[7]) and 1 or 0, writing }
  end
end
return out
`

/**
 * Gives entities a new revision at the same desired state, because the job of the old one ended without a write.
 *
 * ARGV[1] fencing token   ARGV[2] JSON array of {kind, id, rev}: only while `rev` is still the newest
 * Returns, in that order, the new revision, or '' where nothing was to do.
 */
export const REISSUE = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end
local out = {}
local at = now()
for i, e in ipairs(cjson.decode(ARGV[2])) do
  local key = entity(e.kind, e.id)
  local h = redis.call('HMGET', key, 'rev', 'arev')
  if h[1] and tonumber(h[1]) == e.rev and tonumber(h[2] or '0') < e.rev then
    local rev = math.max(e.rev + 1, at)
    redis.call('HSET', key, 'rev', text(rev))
    redis.call('HDEL', key, 'rej')
    out[i] = text(rev)
  else
    out[i] = ''
  end
end
return out
`
