import { COMMON } from './common.ts'

/**
 * Records what was written. Revisions only move forward: an older answer that comes late changes nothing but the lease.
 *
 * KEYS[2] hash of the account's user owners   KEYS[3] of its group owners
 * ARGV[1] by: the lease token or the batch id
 * ARGV[2] JSON array of {kind, id, revision, applied (JSON text), role, zendeskId (text), origin, suspendedByUs, gone,
 *         linkOnly, found, requestId, late}
 *         gone: the object is no more in Zendesk
 *         linkOnly: only the link and what was read there, `revision` is not counted. Stale unless `by` still has the
 *         entity, for what was read may be older than what was written since; and for whom the ledger has linked there
 *         already
 *         found: with linkOnly, Zendesk was only looked at
 *         again: told again, of somebody who was linked before: it counts while nobody else has begun with the entity
 *         forgotten: what a person calls it, of what is told again to a Redis that may have forgotten the entity, its
 *         release included
 *         entitlements: of a user, or of a membership's, what is to be given back from now on (JSON); '' for nothing
 *         late: names, with commas, that it sent. Redis may have forgotten that it was under way, and have let another
 *         one pass: a newer one, which it may have set back, or an older one, which may have set it back. They are
 *         unconfirmed then, and what is newest is to be written again
 * Returns { answers, ready }: answers, in that order, 'applied' | 'stale' | 'owned by …';
 *         ready: memberships whose jobs can run from now on, {id, revision}
 */
export const RECORD = `${COMMON}
local FIELDS = with_told({
  'revision', 'appliedRevision', 'firstRevision', 'zendeskId', 'role', 'lease', 'outstanding',
  'unconfirmed', 'unconfirmedBefore', 'creationSent', 'leaseUntil', 'sentBy',
})
local by = ARGV[1]
local ready = {}

-- Who has one more group can leave the others: what was refused, because an agent must be in a group, is asked anew.
local function allow_removals(user)
  for _, m in ipairs(memberships_of('user', user)) do
    local group = sides(m)
    for _, removal in ipairs({ read('membership', m, { 'presence' }), read('group', group, { 'presence' }) }) do
      if removal.presence == 'deleted' then
        allow(removal)
        save(removal)
      end
    end
  end
end

-- Of the entity that had the id before, and was forgotten. That something was created is news all the same, where
-- nothing is linked, or a cycle has found the object before it was told again: Redis may have forgotten the entity, and
-- not we.
local function is_of_another(r, e)
  if e.revision == 0 and e.zendeskId == r.zendeskId and not r.gone then return false end
  return r.revision < (e.firstRevision or 0) and (r.kind == 'membership' or r.gone or e.zendeskId)
end

-- What a linked entity was left with is news to a Redis that forgot it, unless somebody else has begun with it since.
local function is_untouched(r, e)
  local is_same = e.zendeskId == r.zendeskId and r.revision > (e.appliedRevision or 0)
  return is_same and not is_busy(e) and (not e.sentBy or e.sentBy == by)
end

local function record_stale(r, e)
  local is_same = e.zendeskId == r.zendeskId
  if r.origin == 'created' and is_same then claim(e, r.suspendedByUs and r.revision == e.appliedRevision) end
  local is_passed = is_same and r.revision < (e.appliedRevision or 0)
  if is_passed and r.late then doubt_late(e, by, r.late) end
  if is_passed and r.kind == 'group' then ask_for_look(e) end
  free(e, by)
  save(e)
  return 'stale'
end

-- Whether another request may have gone out since this one: Redis forgot who had the entity, and what was released.
local function may_be_passed(r, e)
  return not is_leased_by(e, by) and r.revision ~= e.revision
end

local function doubt_passed(r, e)
  if r.late and r.kind == 'user' then doubt_before(e, by, r.late) end
  ask_for_look(e)
end

-- Redis forgot that it was removed, and another worker makes it again, or has: it is not the object that is gone.
local function is_made_again(r, e)
  if r.kind == 'membership' or is_leased_by(e, by) then return false end
  local is_other = e.zendeskId and r.zendeskId ~= '' and e.zendeskId ~= r.zendeskId
  return is_other or (e.creationSent and e.sentBy ~= by)
end

local function record_gone(r, e)
  if is_made_again(r, e) then
    ask_for_plan(e)
    save(e)
    return 'stale'
  end
  if r.kind == 'membership' and may_be_passed(r, e) then ask_for_look(e) end
  local change = as_released(e, {
    outcome = 'applied', before = e.applied, revision = r.revision, by = by, zendeskId = e.zendeskId, origin = e.origin,
    more = memberships_lost(e) .. sent_as(e, by, r),
  })
  if r.revision >= e.revision then
    give_up(e)
    forget(r.kind, r.id)
  else
    unlink(e, 'deleted by us')
    applied(e, r.revision)
    free(e, by)
    save(e)
  end
  tell_change(e, change)
  return 'applied'
end

-- What the entity was, and what is told of it once it is saved: of a mere link, only what is news.
local function change_of(r, e)
  local loses_groups = is_team(e.role) and r.role ~= '' and not is_team(r.role)
  local change = {
    outcome = 'applied', before = e.applied, after = r.applied, revision = r.revision, by = by,
    more = (loses_groups and memberships_lost(e) or '') .. sent_as(e, by, r),
  }
  if not r.linkOnly then return as_released(e, change) end
  if e.applied == r.applied and (r.zendeskId == '' or e.zendeskId == r.zendeskId) then return nil end
  if r.origin == 'adopted' or r.found then
    change.outcome, change.operation = 'found', 'link ' .. r.kind
  end
  return change
end

-- A membership gives back a default group; what is kept anew since, as its user leaves once more, stays.
local function settle_entitlements(r)
  if r.kind ~= 'membership' then return entitle(r.id, r.entitlements) end
  local _, user = sides(r.id)
  local kept = decoded(try('HGET', prefix .. 'entitlements', user) or '')
  local is_whole = type(kept.attributes) == 'table' and kept.attributes.role ~= nil
  if not is_whole then entitle(user, r.entitlements) end
end

local function record_written(r, e)
  local owner = r.zendeskId ~= '' and own(e, r.zendeskId)
  -- the worker has yet to say what becomes of the entity
  if owner then return 'owned by ' .. owner end
  local is_news = e.zendeskId ~= r.zendeskId or e.role ~= r.role
  local change = change_of(r, e)
  link(e, r)
  if r.linkOnly then
    -- no cycle knows whom we found, nor how they were
    if r.origin ~= '' then ask_for_plan(e) end
    if r.origin == '' then show(e) end
  else
    local is_unsure = may_be_passed(r, e)
    settle(e)
    allow(e)
    free(e, by)
    if is_unsure then doubt_passed(r, e) end
    -- told again to a Redis that forgot the release as well: whoever planned what it has planned without it
    if r.revision > e.revision then ask_for_plan(e) end
    applied(e, r.revision)
  end
  save(e)
  if change then tell_change(e, change) end
  if r.entitlements then settle_entitlements(r) end
  if r.kind ~= 'membership' and is_news then add_ready(r.kind, r.id, e.role, ready) end
  if r.kind == 'membership' then
    local _, user = sides(r.id)
    allow_removals(user)
  end
  return 'applied'
end

local function record(r)
  local e = read(r.kind, r.id, FIELDS)
  if r.forgotten then enter_forgotten(e, r.revision, r.forgotten) end
  if not e.revision then
    free(e, by)
    save(e)
    return 'stale'
  end
  if r.linkOnly then
    local is_ours = is_leased_by(e, by) or (r.again and is_untouched(r, e))
    if not is_ours or (r.origin == 'adopted' and e.zendeskId == r.zendeskId) then return 'stale' end
  elseif r.revision <= (e.appliedRevision or 0) or is_of_another(r, e) then
    return record_stale(r, e)
  end
  if r.gone then return record_gone(r, e) end
  return record_written(r, e)
end

local answers = {}
for i, r in ipairs(cjson.decode(ARGV[2])) do answers[i] = record(r) end
return { answers, ready }
`
