import { MINUTE } from './minute.lua.ts'
import { CAUTION } from './minute.ts'

/**
 * Holds a scope back; a longer pause that is in force stays.
 *
 * KEYS[1] the budget's state  ARGV[1..3] see minute.lua.ts  ARGV[4] the scope  ARGV[5] ms
 */
export const PAUSE = `${MINUTE}
local field = 'p:' .. ARGV[4]
local before = tonumber(redis.call('HGET', KEYS[1], field) or '0')
local till = math.max(before, now + tonumber(ARGV[5]))
redis.call('HSET', KEYS[1], field, till)
if ARGV[4] == 'account' then
  -- Several requests are refused at a time: they are one warning.
  if before <= now then redis.call('HSET', KEYS[1], 'caution', math.max(0.1, caution_at(now) * ${CAUTION})) end
  -- What piled up meanwhile must not go out at once.
  redis.call('HSET', KEYS[1], 'cautionAt', till, 'tokens', 0, 'at', till)
end
return till
`
