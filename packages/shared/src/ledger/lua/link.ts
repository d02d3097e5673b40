import { COMMON } from './common.ts'

/**
 * Links entities to what the producer found in Zendesk, or an admin names there, or forgets such links.
 *
 * KEYS[2] hash of the account's user owners   KEYS[3] of its group owners
 * ARGV[1] fencing token
 * ARGV[2] JSON array of {kind, id, dn, label, zendeskId (text), applied (JSON text), role, suspendedByUs, origin,
 *         known, from, desired (JSON text) or '', fingerprint, presence, approvals, seen, byHand}
 *         with `desired`, Zendesk holds it already: released and applied at once, no job is needed
 *         with zendeskId '' the link is forgotten: the object is gone in Zendesk, and its memberships with it; of a
 *         user it is remembered since when
 *         with known {revision, appliedRevision, zendeskId or ''}, as the plan knew them: when they have changed, the
 *         answer is busy; who was only linked has another Zendesk id, and the revisions that they had
 *         with from {owner, prefix, id} the object is taken over from that entry, which is forgotten; busy when it
 *         has it no more, for who gave it up may have deleted it
 *         of a membership whose user is no team member by now: busy, for Zendesk has dropped it since it was found
 *         with approvals, {key, text} of the decisions that it rests on: busy when an admin has taken one back
 *         with seen, the fingerprint that the entity answers with it, in the same step; '' when nothing answers it
 *         with byHand an admin said so: what was refused may be asked anew, and with zendeskId '' the object is not
 *         gone: it is looked for before another one is made, and who is linked to nothing is 'not linked'
 * Returns, in that order, 'linked' | 'unlinked' | 'not linked' | 'busy' (a write is going on, or it can't be read) |
 * 'owned by …'.
 */
export const LINK = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end

local FIELDS = with_told({
  'revision', 'appliedRevision', 'firstRevision', 'outstanding', 'lease', 'leaseUntil', 'zendeskId', 'role',
  'creationSent',
})

local function has_moved(e, known)
  return known ~= nil
    and ((e.revision or 0) ~= known.revision
      or (e.appliedRevision or 0) ~= known.appliedRevision
      or (e.zendeskId or '') ~= known.zendeskId)
end

-- An entity of which nothing was ever released has revision 0.
local function begin(e)
  if e.revision then return end
  put(e, 'revision', 0)
  put(e, 'appliedRevision', 0)
  put(e, 'firstRevision', at)
end

-- No cycle knows what our creation made whose answer was lost.
local function is_made_by_us(e, r)
  return r.origin == 'adopted' and e.creationSent and is_made_by(e.kind, decoded(e.creationSent), r.applied)
end

-- Zendesk has dropped the membership since it was found there.
local function is_of_end_user(id)
  local _, user = sides(id)
  local side = user_side(user)
  return side.zendeskId ~= nil and not is_team(side.role)
end

-- Whoever had the entity leased, and fell silent, may record nothing any more of the object that is let go of here.
local function unlink_by_hand(e)
  if e.lease then free(e, e.lease) end
  unlink(e, 'by hand')
  allow(e)
end

local function link_one(r)
  local e = read(r.kind, r.id, FIELDS)
  if e.is_unreadable or is_busy(e) or has_moved(e, r.known) or not stand(r.approvals) then return 'busy' end
  if r.kind == 'membership' and r.zendeskId ~= '' and is_of_end_user(r.id) then return 'busy' end
  if r.zendeskId == '' then
    if r.byHand and not e.zendeskId then return 'not linked' end
    local change = {
      cycle = ARGV[1], zendeskId = e.zendeskId, origin = e.origin, more = e.applied and memberships_lost(e),
    }
    local before = e.applied
    if r.byHand then unlink_by_hand(e) else unlink(e, 'missed by a cycle') end
    if r.seen == '' then ask_for_plan(e)
    elseif r.seen then answer(e, r.seen) end
    save(e)
    if before then tell_unlinked(e, before, change) end
    return 'unlinked'
  end
  if r.from and not take_over(e, r.zendeskId, r.from) then return 'busy' end
  local owner = own(e, r.zendeskId)
  if owner then return 'owned by ' .. owner end
  if e.zendeskId and e.zendeskId ~= r.zendeskId then give_up(e) end
  local was = { applied = e.applied, zendeskId = e.zendeskId }
  local loses_groups = is_team(e.role) and r.role ~= '' and not is_team(r.role)
  local more = loses_groups and memberships_lost(e) or nil
  begin(e)
  enter(e, r)
  local is_ours = is_made_by_us(e, r)
  link(e, r)
  if is_ours then claim(e) end
  if r.byHand then allow(e) end
  if r.desired ~= '' then
    mint(e)
    desire(e, r)
    allow(e)
    applied(e, e.revision)
  end
  if r.seen == '' then ask_for_plan(e)
  elseif r.seen then answer(e, r.seen) end
  save(e)
  if was.applied ~= e.applied or was.zendeskId ~= e.zendeskId then
    tell_change(e, {
      outcome = is_ours and 'applied' or 'found', operation = not is_ours and 'link ' .. e.kind or nil,
      before = was.applied, after = e.applied, revision = e.revision, cycle = ARGV[1], more = more,
    })
  end
  use_up(r.approvals)
  return 'linked'
end

local out = {}
for i, r in ipairs(cjson.decode(ARGV[2])) do out[i] = link_one(r) end
return out
`
