import { COMMON } from './common.ts'

/**
 * Keeps what users have who are about to lose their seat. What a worker that was killed has kept already stays: Zendesk
 * may have taken it since. What it says of the default group alone is older, and goes.
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
  local before = decoded(try('HGET', prefix .. 'entitlements', id) or '')
  local is_kept = type(before.attributes) == 'table' and before.attributes.role ~= nil
  if out[i] == 1 and not is_kept then entitle(id, entitlements) end
end
return out
`
