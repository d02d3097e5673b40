import { COMMON } from './common.ts'

/**
 * Gives entities back without anything written: ends the lease, or the outstanding write.
 *
 * KEYS[2] KEYS[3] hashes of the account's user and group owners
 * KEYS[4] the account's hash of outstanding writes   KEYS[5] of their job statuses
 * ARGV[1] by: the lease token or the batch id; who has the entity no more changes nothing but what is unconfirmed of it
 * ARGV[2] JSON array of {kind, id, refusal (JSON text) or '', gone, ended, requestId}
 *         gone: Zendesk has no such object any more; the link and its memberships are forgotten, and a creation has to
 *         be looked up first. Of a user it is remembered since when
 *         ended: the revision that nobody writes, as the user is gone in Zendesk and was not found again: nothing of it
 *         waits any more, and the next cycle plans the entry anew
 * ARGV[3] '1' when the request can't have taken effect
 * ARGV[4] '1' to drop the outstanding write of that batch id as well
 */
export const GIVE_BACK = `${COMMON}
local FIELDS = with_told({
  'lease', 'outstanding', 'revision', 'appliedRevision', 'zendeskId', 'goneSince',
  'sentBy', 'unconfirmedBefore', 'deletionSent',
})
local by = ARGV[1]

local function end_gone(e, revision)
  if e.revision ~= revision or not e.goneSince or e.zendeskId then return end
  applied(e, revision)
  settle(e)
  allow(e)
  ask_for_plan(e)
  after(e, function() solve_write_problem(e.kind, e.id) end)
end

-- Told once it is saved. Who is gone after a deletion of ours was deleted by us.
local function tell_gone(e, given)
  local change = {
    before = e.applied, revision = e.revision or 0, by = by, zendeskId = e.zendeskId, origin = e.origin,
    more = memberships_lost(e) .. sent_as(e, by, given),
  }
  if not e.deletionSent then return after(e, function() tell_unlinked(e, change.before, change) end) end
  change.outcome = 'applied'
  if e.operation == 'delete ' .. e.kind then as_released(e, change) end
  after(e, function() tell_change(e, change) end)
end

local function tell_refused(e, given)
  if not is_pending(e) then return end
  local why = decoded(given.refusal)
  local told = cjson.encode({ code = tostring(why.code or ''), message = tostring(why.message or '') })
  local change = as_released(e, {
    outcome = 'refused', before = e.applied, after = e.applied, by = by,
    revision = tonumber(why.revision) or e.revision,
    more = sent_as(e, by, given) .. ',"refusal":' .. told,
  })
  change.operation = change.operation or e.operation
  after(e, function() tell_change(e, change) end)
end

for _, given in ipairs(cjson.decode(ARGV[2])) do
  local e = read(given.kind, given.id, FIELDS)
  -- told again, it finds the mark perhaps, and not the lease
  if ARGV[3] == '1' then withdraw(e, by) end
  if e.is_unreadable then
    free(e, by)
  elseif is_leased_by(e, by) then
    -- while it still is known which bulk write has it
    if given.gone and e.zendeskId then tell_gone(e, given) end
    if given.refusal ~= '' then tell_refused(e, given) end
    free(e, by)
    if given.gone then unlink(e, 'denied to a worker') end
    if given.ended then end_gone(e, given.ended) end
    if given.refusal ~= '' then refuse(e, given.refusal) end
  end
  save(e)
end
if ARGV[4] == '1' then
  redis.call('HDEL', KEYS[4], by)
  redis.call('HDEL', KEYS[5], by)
end
return 1
`
