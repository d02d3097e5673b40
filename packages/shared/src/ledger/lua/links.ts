/**
 * The verbs that join an entity to its object in Zendesk: zendeskId, applied, role, origin, suspendedByUs and
 * goneSince, the account's hashes of owners, and what becomes of the memberships.
 *
 * A script that uses them has the account's hashes of user and group owners as its second and third key.
 */
export const LINKS = `
-- Between the account's tag, which ends with '}:', and the colon behind it. A connection's id has neither.
local connection = string.match(prefix, '}:([^:]*):$')

local TAKEN = with_told({ 'outstanding', 'leaseUntil', 'revision', 'zendeskId' })

local function owners_of(kind) return kind == 'user' and KEYS[2] or KEYS[3] end

local function owner_name(e) return connection .. '|' .. e.id end

-- Makes the entity the owner of a Zendesk object. Returns who else owns it, or nil. Memberships are owned by nobody.
local function own(e, zendeskId)
  if e.kind == 'membership' then return nil end
  local owners = owners_of(e.kind)
  if redis.call('HSETNX', owners, zendeskId, owner_name(e)) == 1 then return nil end
  local owner = redis.call('HGET', owners, zendeskId)
  if owner ~= owner_name(e) then return owner end
  return nil
end

-- Ends the ownership of the object that the entity is linked to, unless somebody else has it by now. What Zendesk knows
-- of its memberships goes with it. Needs zendeskId.
local function give_up(e)
  if e.kind == 'membership' then return end
  local owners = owners_of(e.kind)
  local is_ours = e.zendeskId and redis.call('HGET', owners, e.zendeskId) == owner_name(e)
  if is_ours then redis.call('HDEL', owners, e.zendeskId) end
  forget_memberships(e.kind, e.id)
end

-- Links the entity to an object that it owns, and says how that is; what is not told stays as it was. Needs role.
local function link(e, object)
  local was_team = is_team(e.role)
  put(e, 'applied', object.applied)
  put(e, 'suspendedByUs', object.suspendedByUs and '1' or '0')
  if object.zendeskId ~= '' then put(e, 'zendeskId', object.zendeskId) end
  if object.origin ~= '' then put(e, 'origin', object.origin) end
  if object.role ~= '' then
    put(e, 'role', object.role)
    if was_team and not is_team(object.role) then
      after(e, function() forget_memberships(e.kind, e.id) end)
    end
  end
  drop(e, 'creationSent', 'lookUpFirst', 'goneSince')
end

-- That we made an object is true for ever, whoever found it first.
local function claim(e, suspendedByUs)
  put(e, 'origin', 'created')
  if suspendedByUs then put(e, 'suspendedByUs', '1') end
end

-- JSON that an entity's field has. A cycle names what is none: here it says nothing.
local function decoded(text)
  local is_json, value = pcall(cjson.decode, text or '')
  return is_json and type(value) == 'table' and value or {}
end

-- Whether an object is what a creation made: by the external id that it sent, of a group by its name.
local function is_made_by(kind, sent, applied)
  local object = decoded(applied)
  if kind == 'group' then return object.name ~= nil and object.name == sent.name end
  local id = type(object.attributes) == 'table' and object.attributes.external_id
  if type(sent.externalId) ~= 'string' or type(id) ~= 'string' then return false end
  return string.lower(sent.externalId) == string.lower(id)
end

-- Tells that the object of an entity is no more, or another entry's, though nobody here took it away.
local function tell_unlinked(e, before, change)
  change.outcome, change.operation = 'found', 'unlink ' .. e.kind
  change.before, change.revision = before, e.revision or 0
  tell_change(e, change)
end

-- The object is no more: nothing that was sent to it matters, and its memberships went with it. What is known then:
--
--   reason             | goneSince                               | lookUpFirst            | the entry
--   missed by a cycle  | now, of a linked user                   | -                      | was planned just now
--   denied to a worker | the same, unless we sent their deletion | now, but memberships   | is planned anew
--   deleted by us      | -                                       | -                      |
--   by hand            | -                                       | now                    | is planned anew
--
-- By hand it is the link alone that is no more, and not the object: it is looked for before another one is made.
-- Needs zendeskId, and for a denial deletionSent.
local function unlink(e, reason)
  local denied, by_hand = reason == 'denied to a worker', reason == 'by hand'
  local is_missed = e.kind == 'user' and e.zendeskId and not by_hand and not (denied and e.deletionSent)
  give_up(e)
  if e.kind == 'user' then entitle(e.id, '') end
  drop(e, 'zendeskId', 'applied', 'role', 'origin', 'suspendedByUs')
  settle(e)
  if reason == 'deleted by us' or by_hand then
    drop(e, 'goneSince')
  elseif is_missed then
    put(e, 'goneSince', at)
  end
  if denied or by_hand then
    if e.kind ~= 'membership' then put(e, 'lookUpFirst', at) end
    ask_for_plan(e)
  end
end

-- Takes an object over from the entry of any connection that has it, and forgets that entry. False when it has it no
-- more, for who gave it up may have deleted it, and while something is being written to it; true when it is ours
-- already.
local function take_over(e, zendeskId, from)
  local owner = redis.call('HGET', owners_of(e.kind), zendeskId)
  if owner ~= from.owner then return owner == owner_name(e) end
  local mine = prefix
  prefix = from.prefix
  local other = read(e.kind, from.id, TAKEN)
  local busy = is_busy(other)
  if not busy then
    local more = memberships_lost(other)
    forget_memberships(e.kind, from.id)
    forget(e.kind, from.id)
    redis.call('HDEL', owners_of(e.kind), zendeskId)
    tell_unlinked(other, other.applied, { cycle = ARGV[1], more = more })
  end
  prefix = mine
  return not busy
end
`
