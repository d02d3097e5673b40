import { COMMON } from './common.ts'

/**
 * Keeps what users have who are about to lose their seat, in the place of what was kept before.
 *
 * ARGV[1] lease token   ARGV[2] JSON array of [user id, entitlements (JSON text)]
 * Returns, in that order, 1 while the user is leased under the token, else 0, and nothing is kept.
 */
export const KEEP_ENTITLEMENTS = `${COMMON}
local out = {}
for i, kept in ipairs(cjson.decode(ARGV[2])) do
  local id, entitlements = kept[1], kept[2]
  local e = read('user', id, { 'lease', 'leaseUntil' })
  out[i] = e.lease == ARGV[1] and (e.leaseUntil or 0) > at and 1 or 0
  if out[i] == 1 then entitle(id, entitlements) end
end
return out
`
