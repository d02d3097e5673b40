import { BASICS } from './basics.ts'

/**
 * Replaces what is kept of changes that were undone.
 *
 * ARGV[1] fencing token of a cycle, or '' where an admin does it   ARGV[2] JSON array of {member, before, after}: one
 * that is not as it was read stays; '' for nothing
 */
export const REPLACE_UNDONE = `${BASICS}
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
    done[i] = 1
  end
end
return done
`
