import { MINUTE } from './minute.lua.ts'

/**
 * Takes all that a request needs, or nothing.
 *
 * KEYS[1] the budget's state    KEYS[2] job statuses that are taken: sorted set slot id → end of its lease (ms)
 * KEYS[3] times of the writes to the user in the last minute: list, oldest first
 * KEYS[4] the user's pause: a string that ends by itself
 * ARGV[1..3] see minute.lua.ts  ARGV[4] requests          ARGV[5] '1' for a removal
 * ARGV[6] the slot's id, or ''  ARGV[7] its lease, ms     ARGV[8] 'user' for a single user write, 'bulk' for
 *                                                           a bulk write that is counted with those, or ''
 *
 * Returns {1}, or {0, ms to wait, why}.
 *
 *   a need of     | waits while
 *   --------------|--------------------------------------------------------------------------------------
 *   any           | the account is paused, or the minute has too little
 *   a job status  | they are paused or taken: all of them for a removal, all but two for the rest
 *   a user's PUT  | such writes are paused, one went in this second, or five to this user in this minute
 *   a bulk write that is counted with those | they are paused, or one went in this second
 */
export const TAKE = `${MINUTE}
local requests = tonumber(ARGV[4])
local removal = ARGV[5] == '1'

local function wait(ms, why) return { 0, clamp(ms), why } end

local function pause_left(scope) return tonumber(redis.call('HGET', KEYS[1], 'p:' .. scope) or '0') - now end

local paused = pause_left('account')
if paused > 0 then return wait(paused, 'paused by Zendesk') end

if ARGV[6] ~= '' then
  paused = pause_left('job-statuses')
  if paused > 0 then return wait(paused, 'paused by Zendesk') end
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  local total = m.jobs or 30
  if m.xUntil and m.xUntil > now then total = total - m.xjobs end
  if not removal then total = total - 2 end
  if redis.call('ZCARD', KEYS[2]) >= total then return wait(1000, 'job statuses') end
end

if ARGV[8] == 'user' then
  paused = redis.call('PTTL', KEYS[4])
  if paused > 0 then return wait(paused, 'paused by Zendesk') end
  local fifth = tonumber(redis.call('LINDEX', KEYS[3], -5) or '0')
  if fifth + 61000 > now then return wait(fifth + 61000 - now, 'one user') end
end

if ARGV[8] ~= '' then
  paused = pause_left('single-user-write')
  if paused > 0 then return wait(paused, 'paused by Zendesk') end
  if m.next and m.next > now then return wait(m.next - now, 'single user writes') end
end

local tokens = tokens_now()
local ms = minute_wait(tokens, requests, removal)
if ms > 0 then return { 0, ms, 'account limit' } end

redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens - requests), 'at', now, 'granted', m.granted + requests)
if ARGV[6] ~= '' then redis.call('ZADD', KEYS[2], now + tonumber(ARGV[7]), ARGV[6]) end
-- a little more than a second: what leaves us a second apart may arrive closer together
if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], 'next', now + 1050) end
if ARGV[8] == 'user' then
  redis.call('RPUSH', KEYS[3], now)
  redis.call('LTRIM', KEYS[3], -5, -1)
  redis.call('PEXPIRE', KEYS[3], 61000)
end
return { 1 }
`
