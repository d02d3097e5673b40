import { APPEND_EVENT } from '../../history/lua/append-event.ts'

/**
 * Decides on held changes, and on the first plan, in one step. Of two admins the first one's word stands: a decision is
 * written only where there is still what the admin was shown.
 *
 * KEYS[1] hash of decisions   KEYS[2] hash of the connection's state   KEYS[3] list of what was decided
 * KEYS[4] the account's stream of events
 * ARGV[1] JSON array of {key, was, now, log, event}: texts, `was` and `now` empty for no decision; the event is JSON
 *         without its time
 * ARGV[2] the first plan's approval as JSON; empty when it is not about the first plan   ARGV[3] the event of that
 *
 * Returns 1 or 0 for each decision; false when the first plan does not wait any more, and nothing is written.
 */
export const DECIDE = `${APPEND_EVENT}
local t = redis.call('TIME')
local at = t[1] * 1000 + math.floor(t[2] / 1000)
local function tell(event) append_event(KEYS[4], at, string.sub(event, 2)) end

if ARGV[2] ~= '' then
  if redis.call('HGET', KEYS[2], 'firstRun') ~= 'waiting' then return false end
  redis.call('HSET', KEYS[2], 'firstRun', 'approved', 'firstApproval', ARGV[2])
  tell(ARGV[3])
end
local done = {}
for i, d in ipairs(cjson.decode(ARGV[1])) do
  if (redis.call('HGET', KEYS[1], d.key) or '') ~= d.was then
    done[i] = 0
  elseif d.now == '' then
    done[i] = redis.call('HDEL', KEYS[1], d.key)
  else
    redis.call('HSET', KEYS[1], d.key, d.now)
    done[i] = 1
  end
  if done[i] == 1 then
    redis.call('LPUSH', KEYS[3], d.log)
    tell(d.event)
  end
end
redis.call('LTRIM', KEYS[3], 0, 999)
return done
`
