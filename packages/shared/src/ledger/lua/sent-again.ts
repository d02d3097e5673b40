import { COMMON } from './common.ts'

/**
 * Tells again what was sent under a lease or a batch id, should Redis have forgotten it: it is unconfirmed all the same, and a
 * bulk write goes on closing its entities, but for those that somebody else has taken a lease on since. Whoever was recorded,
 * linked or marked stays as is.
 *
 * KEYS[2] the account's hash of outstanding writes
 * ARGV[1] by: the lease token or the batch id
 * ARGV[2] JSON array of {kind, id, creation, names, deletes}, as for SECURE, with the time (ms) in the creation
 * ARGV[3] JSON of the outstanding write, or ''   ARGV[4] the lease token that the entities had before
 */
export const SENT_AGAIN = `${COMMON}
local FIELDS = {
  'revision', 'zendeskId', 'lease', 'leaseUntil', 'outstanding',
  'creationSent', 'lookUpFirst', 'unconfirmed', 'unconfirmedBefore', 'sentBy',
}
local by, batch = ARGV[1], ARGV[3] ~= ''

local function is_forgotten(e, request)
  if request.creation then return not e.zendeskId and not e.creationSent and not e.lookUpFirst end
  return request.names and e.sentBy ~= by
end

for _, request in ipairs(cjson.decode(ARGV[2])) do
  local e = read(request.kind, request.id, FIELDS)
  if e.revision then
    if is_forgotten(e, request) then doubt(e, by, request) end
    local is_ours = is_leased_by(e, by) or is_leased_by(e, ARGV[4]) or not is_busy(e)
    if batch and is_ours then close(e, by) end
    save(e)
  end
end
if batch then redis.call('HSET', KEYS[2], by, ARGV[3]) end
return 1
`
