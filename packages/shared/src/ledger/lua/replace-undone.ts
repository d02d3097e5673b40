import { APPEND_EVENT } from '../../history/lua/append-event.ts'
import { BASICS } from './basics.ts'

/**
 * Replaces what is kept of changes that were undone, and tells the history why in the same step.
 *
 * KEYS[1] the connection's prefix   KEYS[2] the account's stream of events
 * ARGV[1] fencing token of a cycle, or '' where an admin does it   ARGV[2] JSON array of {member, before, after,
 * events}: one that is not as it was read stays, and nothing is told of it; '' for nothing; events are JSON without
 * their time
 */
export const REPLACE_UNDONE = `${BASICS}${APPEND_EVENT}
if ARGV[1] ~= '' then
  local fenced = check_fence(ARGV[1])
  if fenced then return fenced end
end
local undone = prefix .. 'undone'
local done = {}
for i, r in ipairs(cjson.decode(ARGV[2])) do
  done[i] = 0
  if (redis.call('HGET', undone, r.member) or '') == r.before then
    if r.after == '' then redis.call('HDEL', undone, r.member) else redis.call('HSET', undone, r.member, r.after) end
    for _, event in ipairs(r.events) do append_event(KEYS[2], at, string.sub(event, 2)) end
    done[i] = 1
  end
end
return done
`
