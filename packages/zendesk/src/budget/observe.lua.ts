import { MINUTE } from './minute.lua.ts'

/**
 * Learns from an answer's headers.
 *
 * KEYS[1], KEYS[2], ARGV[1..3] as in take.lua.ts
 * ARGV[4] limit    ARGV[5] remaining    ARGV[6] seconds to the reset
 * ARGV[7] job statuses allowed          ARGV[8] job statuses left; each empty where the answer does not tell
 *
 * Answers overtake each other: within one minute the least `remaining` is the newest, and one of the minute before is
 * late. Others' rate is measured over half a second at least and averaged over about five.
 */
export const OBSERVE = `${MINUTE}
local limit, rem, seconds = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local jobs, jobs_left = tonumber(ARGV[7]), tonumber(ARGV[8])
local set = {}
local function put(name, value) set[#set + 1] = name; set[#set + 1] = value end

if jobs and jobs_left then
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  put('jobs', jobs)
  put('xjobs', math.max(0, jobs - jobs_left - redis.call('ZCARD', KEYS[2])))
  put('xUntil', now + 5000)
end

-- What was gained so far was gained at the old rate.
if limit or rem then
  put('tokens', string.format('%.6f', tokens_now()))
  put('at', now)
end
if limit and limit > 0 then put('limit', limit) end

if rem then
  local reset = seconds and now + seconds * 1000 or 0
  local same, late = false, false
  if m.rem then
    if reset == 0 or m.reset == 0 then
      same = rem <= m.rem + 10
    else
      same = math.abs(reset - m.reset) <= 1500
      late = reset < m.reset - 1500 and m.reset > now
    end
    if same and rem > m.rem and m.reset > now then late = true end
  end
  if not late then
    local measure = not same or not m.aAt
    if same and m.aAt and now - m.aAt >= 500 then
      local dt = now - m.aAt
      local rate = ((m.aRem - rem) - (m.granted - m.aG)) / dt
      put('others', string.format('%.9f', math.max(0, m.others + (1 - math.exp(-dt / 5000)) * (rate - m.others))))
      measure = true
    end
    if measure then put('aRem', rem); put('aAt', now); put('aG', m.granted) end
    put('rem', rem)
    -- whole seconds: within one minute the latest end that was told is kept
    put('reset', same and math.max(reset, m.reset) or reset)
    put('seen', now)
    put('seenG', m.granted)
  end
end

if #set > 0 then redis.call('HSET', KEYS[1], unpack(set)) end
return 1
`
