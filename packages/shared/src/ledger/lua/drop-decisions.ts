import { COMMON } from './common.ts'

/**
 * Drops admins' decisions that have nothing left to decide.
 *
 * ARGV[1] fencing token   ARGV[2] JSON array of {key, text}: one that an admin has replaced since stays
 */
export const DROP_DECISIONS = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end
local decisions = prefix .. 'decisions'
for _, d in ipairs(cjson.decode(ARGV[2])) do
  if redis.call('HGET', decisions, d.key) == d.text then redis.call('HDEL', decisions, d.key) end
end
return 1
`
