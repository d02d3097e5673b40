/**
 * Pulls jobs as BullMQ's `moveToActive` does, many at once: from the end of `wait` to `active`, each locked and told of.
 *
 * KEYS[1] the queue's prefix, which ends in a colon   KEYS[2] what this pull took, for a while
 * ARGV[1] how many jobs   ARGV[2] lock token   ARGV[3] lock, ms   ARGV[4] now, ms   ARGV[5] worker's name
 *
 * Returns their ids; or nil where BullMQ has more to do than that: a rate limit, a limit of concurrency, delayed jobs
 * that are due, jobs with a priority, markers of old versions. A paused queue has none.
 *
 * Said twice with one token, since the connection broke before the answer, it tells again what it took.
 */
export const PULL_MANY = `
local prefix = KEYS[1]
local wait, active, events = prefix .. 'wait', prefix .. 'active', prefix .. 'events'

if redis.call('EXISTS', KEYS[2]) == 1 then return redis.call('LRANGE', KEYS[2], 0, -1) end

local meta = redis.call('HMGET', prefix .. 'meta', 'concurrency', 'max', 'duration', 'paused')
if meta[1] or meta[2] or meta[3] then return nil end
if meta[4] then return {} end
if redis.call('EXISTS', prefix .. 'prioritized', prefix .. 'limiter') > 0 then return nil end
-- BullMQ's score: due time in ms times 4096, plus a sequence number
if redis.call('ZCOUNT', prefix .. 'delayed', 0, (tonumber(ARGV[4]) + 1) * 4096 - 1) > 0 then return nil end

local next_ones = redis.call('LRANGE', wait, -tonumber(ARGV[1]), -1)
for _, id in ipairs(next_ones) do
  if string.sub(id, 1, 2) == '0:' then return nil end
end
local ids = redis.call('RPOP', wait, ARGV[1])
if not ids then return {} end

redis.call('LPUSH', active, unpack(ids))
redis.call('RPUSH', KEYS[2], unpack(ids))
redis.call('PEXPIRE', KEYS[2], ARGV[3])
for _, id in ipairs(ids) do
  local key = prefix .. id
  redis.call('SET', key .. ':lock', ARGV[2], 'PX', ARGV[3])
  redis.call('XADD', events, '*', 'event', 'active', 'jobId', id, 'prev', 'waiting')
  redis.call('HSET', key, 'processedOn', ARGV[4], 'pb', ARGV[5])
  redis.call('HINCRBY', key, 'ats', 1)
end
redis.call('ZADD', prefix .. 'marker', 0, '0')
return ids
`
