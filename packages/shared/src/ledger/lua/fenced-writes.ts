import { COMMON } from './common.ts'

/**
 * Plain commands behind the fence, and what the history is told of with them.
 *
 * ARGV[1] fencing token   ARGV[2] JSON array of [command, key, args…]
 * ARGV[3] JSON array of events, each as JSON without its time
 */
export const FENCED_WRITES = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end
for _, c in ipairs(cjson.decode(ARGV[2])) do redis.call(unpack(c)) end
for _, event in ipairs(cjson.decode(ARGV[3])) do append_event(HISTORY, at, string.sub(event, 2)) end
return 1
`
