/**
 * Completes jobs as BullMQ's `moveToFinished` does, many at once, and keeps them: whoever completes one of BullMQ's own
 * way afterwards has the old ones cleared away.
 *
 * KEYS[1] the queue's prefix, which ends in a colon
 * ARGV[1] now, ms   ARGV[2..] id, lock token, return value (JSON) of each job
 *
 * Returns, in that order, 1 for each that was completed, else 0: nothing was done with it. It is not there, not active,
 * locked by another or not at all, or one of those that BullMQ has more to do with: a child, a deduplicated one.
 */
export const COMPLETE_MANY = `
local prefix, at = KEYS[1], ARGV[1]
local active, events = prefix .. 'active', prefix .. 'events'
local answers, completed, locks, ids = {}, {}, {}, {}

local most = redis.call('HGET', prefix .. 'meta', 'opts.maxLenEvents') or '10000'
redis.call('XTRIM', events, 'MAXLEN', '~', most)

for i = 2, #ARGV, 3 do
  local id, token, value = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local key = prefix .. id
  local job = redis.call('HMGET', key, 'timestamp', 'atm', 'parentKey', 'parent', 'deid')
  local answer = 0
  if job[1] and not job[3] and not job[4] and not job[5] and redis.call('GET', key .. ':lock') == token
    and redis.call('LREM', active, -1, id) == 1 then
    redis.call('HSET', key, 'atm', tonumber(job[2] or '0') + 1, 'returnvalue', value, 'finishedOn', at)
    redis.call('XADD', events, '*', 'event', 'completed', 'jobId', id, 'returnvalue', value, 'prev', 'active')
    local n = #ids
    ids[n + 1], locks[n + 1] = id, key .. ':lock'
    completed[2 * n + 1], completed[2 * n + 2] = at, id
    answer = 1
  end
  answers[#answers + 1] = answer
end
if #ids > 0 then
  redis.call('DEL', unpack(locks))
  redis.call('SREM', prefix .. 'stalled', unpack(ids))
  redis.call('ZADD', prefix .. 'completed', unpack(completed))
end
return answers
`
