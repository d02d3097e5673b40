import { COMMON } from './common.ts'

/**
 * Tells again what was sent under a lease or a batch id, should Redis have forgotten it: it is unconfirmed all the
 * same, and a bulk write goes on closing its entities, but for those that somebody else has taken a lease on since.
 * Whoever was recorded, linked or marked stays as is. A Redis that forgot the release as well may have forgotten the
 * entity.
 *
 * KEYS[2] the account's hash of outstanding writes
 * ARGV[1] by: the lease token or the batch id
 * ARGV[2] JSON array of {kind, id, creation, names, deletes, before, revision}, as for SECURE, with the time (ms) in
 *         the creation
 *         before: names, with commas, that requests before it sent: unconfirmed as well, whatever became of it
 *         revision: the newest that was released when it was sent
 * ARGV[3] JSON of the outstanding write, or ''   ARGV[4] the lease token that the entities had before
 * ARGV[5] '1' when Redis may have lost some, since another server answers
 */
export const SENT_AGAIN = `${COMMON}
local FIELDS = {
  'revision', 'appliedRevision', 'firstRevision', 'operation', 'zendeskId', 'applied',
  'lease', 'leaseUntil', 'outstanding',
  'creationSent', 'lookUpFirst', 'unconfirmed', 'unconfirmedBefore', 'deletionSent', 'sentBy',
}
local by, batch, may_be_forgotten = ARGV[1], ARGV[3] ~= '', ARGV[5] == '1'

-- Whether it may still be under way as it was told: what a creation made is recorded with the link.
local function is_open(e, request)
  if request.creation then return is_pending(e) and not e.zendeskId end
  return is_pending(e) and (e.zendeskId or e.kind == 'membership')
end

-- Redis has forgotten the release of what was sent as well. Nobody asks any more whether it took effect, and what the
-- directory wants by now may be what the ledger takes for written: no cycle would release it. Where nothing was
-- released before (revision 0), the next cycle plans the entity anyway.
local function is_release_forgotten(e, request)
  local is_linked = e.zendeskId or (e.kind == 'membership' and e.applied)
  local was_released = (e.revision or 0) > 0 and not is_pending(e)
  local is_earlier = is_linked and was_released and e.revision < (request.revision or 0)
  return is_earlier and (request.names or request.before)
end

-- A cycle found what this creation made before it was told again: it is ours.
local function is_found_by_cycle(e, request)
  return request.creation and e.revision == 0 and e.zendeskId and is_made_by(e.kind, request.creation, e.applied)
end

local REWRITE = { user = 'update user', group = 'rename group', membership = 'add member' }

-- What is desired is to be written once more.
local function release_again(e)
  mint(e)
  if not e.operation then put(e, 'operation', REWRITE[e.kind]) end
  wait_for_write(e, at)
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
  local may_enter = request.creation and may_be_forgotten
  local is_new = may_enter and enter_forgotten(e, request.revision, request.creation.name)
  if is_found_by_cycle(e, request) then
    claim(e)
    save(e)
  end
  local is_again = is_release_forgotten(e, request)
  if is_again or is_new or is_open(e, request) then
    if is_again then release_again(e) end
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
