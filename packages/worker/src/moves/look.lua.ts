/**
 * What there is to do in queues of BullMQ's.
 *
 * KEYS each queue's prefix, which ends in a colon   ARGV[1] now, ms
 * Returns, in that order, {waiting, with a priority, delayed and due, 1 when paused, when the next delayed one is due}:
 * the last in ms, 0 where none is delayed.
 */
export const LOOK = `
-- BullMQ's score of a delayed job: due time in ms times 4096, plus a sequence number
local FACTOR = 4096
local due = (tonumber(ARGV[1]) + 1) * FACTOR - 1
local out = {}
for i, prefix in ipairs(KEYS) do
  local next_one = redis.call('ZRANGE', prefix .. 'delayed', 0, 0, 'WITHSCORES')
  out[i] = {
    redis.call('LLEN', prefix .. 'wait'),
    redis.call('ZCARD', prefix .. 'prioritized'),
    next_one[2] and redis.call('ZCOUNT', prefix .. 'delayed', 0, due) or 0,
    redis.call('HEXISTS', prefix .. 'meta', 'paused'),
    next_one[2] and math.floor(tonumber(next_one[2]) / FACTOR) or 0
  }
end
return out
`
