import { APPEND_EVENT } from '../../history/lua/append-event.ts'

/** KEYS[1] hash of pauses   KEYS[2] the account's stream of events */
const BEGIN = `${APPEND_EVENT}
local function tell(event)
  local t = redis.call('TIME')
  append_event(KEYS[2], t[1] * 1000 + math.floor(t[2] / 1000), string.sub(event, 2))
end
`

/**
 * Pauses, unless that is paused already, and tells the history so.
 *
 * ARGV[1] field   ARGV[2] who paused, as JSON   ARGV[3] the event as JSON, without its time
 * Returns 1 when it is new.
 */
export const PAUSE = `${BEGIN}
local is_new = redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
if is_new == 1 then tell(ARGV[3]) end
return is_new
`

/**
 * Ends pauses, and tells the history of those that there still were. What is stored there and no hash goes whole.
 *
 * ARGV: of each its field, and the event as JSON, without its time
 */
export const RESUME = `${BEGIN}
local is_hash = redis.call('TYPE', KEYS[1]).ok == 'hash'
local was_there = is_hash and 0 or redis.call('DEL', KEYS[1])
for i = 1, #ARGV, 2 do
  if is_hash then was_there = redis.call('HDEL', KEYS[1], ARGV[i]) end
  if was_there == 1 then tell(ARGV[i + 1]) end
end
return 1
`
