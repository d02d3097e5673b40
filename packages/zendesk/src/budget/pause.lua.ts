import { MINUTE } from './minute.lua.ts'

/**
 * Holds a scope back; a longer pause that is in force stays.
 *
 * KEYS[1] the budget's state  ARGV[1..3] see minute.lua.ts  ARGV[4] the scope  ARGV[5] ms
 */
export const PAUSE = `${MINUTE}
local field = 'p:' .. ARGV[4]
local till = now + tonumber(ARGV[5])
if till > tonumber(redis.call('HGET', KEYS[1], field) or '0') then redis.call('HSET', KEYS[1], field, till) end
-- what piled up meanwhile must not go out at once
if ARGV[4] == 'account' then redis.call('HSET', KEYS[1], 'tokens', 0, 'at', till) end
return till
`
