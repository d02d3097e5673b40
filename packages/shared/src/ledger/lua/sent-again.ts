import { COMMON } from './common.ts'

/**
 * Tells again what was sent under a lease or a batch id, should Redis have forgotten it: it is unconfirmed all the
 * same, and a bulk write goes on closing its entities, but for those that somebody else has taken a lease on since.
 * Whoever was recorded, linked or marked stays as is.
 *
 * KEYS[2] the account's hash of outstanding writes
 * ARGV[1] by: the lease token or the batch id
 * ARGV[2] JSON array of {kind, id, creation, names, deletes, before}, as for SECURE, with the time (ms) in the creation
 *         before: names, with commas, that requests before it sent: unconfirmed as well, whatever became of it
 * ARGV[3] JSON of the outstanding write, or ''   ARGV[4] the lease token that the entities had before
 */
export const SENT_AGAIN = `${COMMON}
local FIELDS = {
  'revision', 'appliedRevision', 'zendeskId', 'lease', 'leaseUntil', 'outstanding',
  'creationSent', 'lookUpFirst', 'unconfirmed', 'unconfirmedBefore', 'deletionSent', 'sentBy',
}
local by, batch = ARGV[1], ARGV[3] ~= ''

-- Whether it may still be under way as it was told: what a creation made is recorded with the link.
local function is_open(e, request)
  if request.creation then return is_pending(e) and not e.zendeskId end
  return is_pending(e) and (e.zendeskId or e.kind == 'membership')
end

local function is_forgotten(e, request)
  if request.creation then return not e.creationSent and not e.lookUpFirst end
  return request.names and (e.sentBy ~= by or e.unconfirmed ~= request.names)
end

local function close_again(e)
  if not (is_leased_by(e, by) or is_leased_by(e, ARGV[4])) then
    if is_busy(e) then return end
    lease(e, by, at)
  end
  close(e, by)
end

for _, request in ipairs(cjson.decode(ARGV[2])) do
  local e = read(request.kind, request.id, FIELDS)
  if is_open(e, request) then
    local forgotten = is_forgotten(e, request)
    if request.before then doubt_before(e, by, request.before) end
    if forgotten then doubt(e, by, request) end
    if batch and e.sentBy == by then close_again(e) end
    save(e)
  end
end
if batch then redis.call('HSET', KEYS[2], by, ARGV[3]) end
return 1
`
