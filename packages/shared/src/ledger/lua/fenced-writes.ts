import { COMMON } from './common.ts'

/** Plain commands behind the fence. ARGV[1] fencing token, ARGV[2] JSON array of [command, key, args…]. */
export const FENCED_WRITES = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end
for _, c in ipairs(cjson.decode(ARGV[2])) do redis.call(unpack(c)) end
return 1
`
