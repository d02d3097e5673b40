import { CAUTION_MS, CREEP, FOR_REMOVALS, LONGEST_WAIT_MS, MARGIN, RELEASED_MS, SHORTEST_REST_MS } from './minute.ts'

/**
 * Lua that the budget's scripts begin with: the clock, the state in KEYS[1], and the arithmetic of `minute.ts`.
 *
 * The hash KEYS[1]:
 *   limit                 requests a minute, as Zendesk told
 *   tokens at             what may be spent, and when it was counted (ms)
 *   granted               requests granted ever
 *   rem reset seen seenG  what the last answer left, until when (ms), when it came (ms), and `granted` at that time
 *   aRem aAt aG           the same of the answer from which others' rate is measured next
 *   others                requests a millisecond that others take
 *   next                  when the next single user write may go (ms)
 *   jobs xjobs xUntil     job statuses that Zendesk allows; those that others hold, and how long that is believed (ms)
 *   caution cautionAt     the share of our rate that the last 429 of the account left us, and when (ms)
 *   p:SCOPE               a pause, until when (ms)
 *
 * ARGV[1] the clock, for tests; else empty: Redis has the only clock that all workers share
 * ARGV[2] the reserve, 0 to 1
 * ARGV[3] the limit to begin with, until an answer tells
 */
export const MINUTE = `
local NAMES = { 'limit', 'tokens', 'at', 'granted', 'rem', 'reset', 'seen', 'seenG', 'aRem', 'aAt', 'aG', 'others', 'next', 'jobs', 'xjobs', 'xUntil', 'caution', 'cautionAt' }

local now
if ARGV[1] == '' then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
else
  now = tonumber(ARGV[1])
end

local m = {}
local values = redis.call('HMGET', KEYS[1], unpack(NAMES))
for i, name in ipairs(NAMES) do m[name] = tonumber(values[i]) end
m.limit = m.limit or tonumber(ARGV[3])
m.granted = m.granted or 0
m.others = m.others or 0
m.reset = m.reset or 0

local most = m.limit * (1 - tonumber(ARGV[2])) / 60000
local since = m.granted - (m.seenG or m.granted)

local function steady_rate(time)
  if time - m.seen >= 60000 then return most end
  return math.min(most, math.max(most * ${CREEP}, m.limit * ${1 - MARGIN} / 60000 - m.others))
end

local function caution_at(time)
  if not m.caution then return 1 end
  return math.min(1, m.caution + math.max(0, time - m.cautionAt) / ${CAUTION_MS})
end

local function kept_at(time)
  return m.limit * (m.reset - time > ${RELEASED_MS} and ${FOR_REMOVALS} or ${MARGIN})
end

local function rate_from_answers(time)
  if not m.rem then return most end
  if m.reset == 0 then
    if m.rem - since <= m.limit * ${FOR_REMOVALS} and time - m.seen < 5000 then return most * ${CREEP} end
    return steady_rate(time)
  end
  if time >= m.reset then return steady_rate(time) end
  local spendable = m.rem - since - m.others * (time - m.seen) - kept_at(time)
  return math.max(0, math.min(most, spendable / math.max(m.reset - time, ${SHORTEST_REST_MS}) - m.others))
end

local function rate_at(time) return math.min(rate_from_answers(time), most * caution_at(time)) end

local function tokens_now()
  local full = math.max(1, most * 1000)
  if not m.at then return full end
  local elapsed = math.max(0, now - m.at)
  local since_reset = (m.rem and m.reset > m.at and now >= m.reset) and now - m.reset or 0
  local gained
  if since_reset > 0 then
    gained = rate_at(m.at) * (elapsed - since_reset) + rate_at(now) * since_reset
  else
    gained = rate_at(now) * elapsed
  end
  return math.min(m.tokens + gained, full)
end

local function clamp(ms) return math.min(${LONGEST_WAIT_MS}, math.max(1, math.ceil(ms))) end

local function minute_wait(tokens, requests, removal)
  local kept = removal and 0 or kept_at(now)
  if m.rem and m.reset > now and m.rem - since - kept < requests then return clamp(m.reset - now) end
  local lacking = requests - tokens
  if removal then lacking = lacking - m.limit * ${FOR_REMOVALS} end
  if lacking <= 0 then return 0 end
  local rate = removal and most or rate_at(now)
  return clamp(rate > 0 and lacking / rate or m.reset - now)
end
`
