import { SHARED_BY_ACCOUNT } from '../keys.ts'

/**
 * The longest lease on an entity, ms. Workers take theirs for the time limit of a request and ten seconds more.
 */
const LONGEST_LEASE_MS = 5 * 60_000

/**
 * Reading an entity, and what can be told of its state. docs/ledger.md has the fields and the states.
 *
 * `read` fetches the fields that a script names, once; the verbs change them in memory; `save` (`save.ts`) writes what
 * was changed. Where an entity lies these two alone know: the hash of its kind, or of its group, lists it with a text
 * when it is at rest (`at-rest.ts`), and with an empty one when it has a hash of its own.
 */
export const ENTITY = `
local function entity_key(kind, id) return prefix .. kind .. ':' .. id end

local LONGEST_LEASE_MS = ${LONGEST_LEASE_MS}

-- Of a connection's prefix, what is before its name is the account's.
local outstanding_writes = string.match(prefix, '^.*}:') .. '${SHARED_BY_ACCOUNT}:outstanding'

-- A text that is a whole number; nil for any other.
local function whole(value) return string.match(value, '^%d+$') and tonumber(value) end

local IS_NUMBER = { revision = true, appliedRevision = true, firstRevision = true }

-- A lease ends at most so long from now. What says otherwise, or is no number, was written by some hand, and is no
-- lease: it would keep everybody out for ever.
local function lease_end(value)
  local till = whole(value)
  return till and till <= at + LONGEST_LEASE_MS and till or nil
end

-- A bulk write is recorded in the step that closes its entities, and dropped in the step that frees the last of them:
-- one that is not there closes nothing.
local function bulk_write(batch)
  return unless_wrong_type('HEXISTS', outstanding_writes, batch) ~= 0 and batch or nil
end

-- What can't be read has no fields but those of whoever writes it, who frees it. Nobody writes it else: a cycle sets
-- it aside.
local function unreadable(e)
  return {
    kind = e.kind, id = e.id, key = e.key, list = e.list, field = e.field, text = e.text, is_unreadable = true,
    lease = e.lease, leaseUntil = e.leaseUntil, outstanding = e.outstanding,
  }
end

-- The hash that lists an entity, and its field there.
local function list_of(kind, id)
  if kind ~= 'membership' then return prefix .. kind .. 's', id end
  local group, user = sides(id)
  return prefix .. 'members:' .. group, user
end

-- All that is known of an entity: nil where it can't be read, and an empty table where there is nothing.
local function fields_of(e)
  if e.text and e.text ~= '' then return unpack_text(e.kind, e.id, e.text) end
  local in_turn = unless_wrong_type('HGETALL', e.key)
  if not in_turn then return nil end
  local f = {}
  for i = 1, #in_turn, 2 do f[in_turn[i]] = in_turn[i + 1] end
  return f
end

local function values_of(e, fields, is_peek)
  if not e.text or e.text == '' then
    local values = unless_wrong_type('HMGET', e.key, unpack(fields))
    -- What listed it is of the wrong type: whoever was at rest there is not unknown, but unreadable.
    if e.text == nil and values and redis.call('EXISTS', e.key) == 0 then return nil end
    return values
  end
  local glanced = is_peek and e.kind ~= 'membership' and glance(e.kind, e.text, fields)
  if glanced then return glanced end
  local f = unpack_text(e.kind, e.id, e.text)
  if not f then return nil end
  local values = {}
  for i, field in ipairs(fields) do values[i] = f[field] or false end
  return values
end

local function place(kind, id)
  local list, field = list_of(kind, id)
  local e = { kind = kind, id = id, key = entity_key(kind, id), list = list, field = field }
  -- nil where the list is of the wrong type
  e.text = try('HGET', list, field)
  return e
end

local function read(kind, id, fields, is_peek)
  local e = place(kind, id)
  local values = values_of(e, fields, is_peek)
  if not values then return unreadable(e) end
  local is_broken = false
  for i = 1, #fields do
    local value, field = values[i], fields[i]
    if value and IS_NUMBER[field] then
      value = whole(value)
      is_broken = is_broken or not value
    elseif value and field == 'leaseUntil' then
      value = lease_end(value)
    elseif value and field == 'outstanding' then
      value = bulk_write(value)
      if not value then e.changes = { outstanding = false } end
    end
    if value then e[field] = value end
  end
  if is_broken then return unreadable(e) end
  e.values = values
  return e
end

-- The same of one that the script does not write: a text at rest is not read whole for it, nor checked.
local function peek(kind, id, fields) return read(kind, id, fields, true) end

-- As the sets of the connection name it.
local function member_of(e) return e.kind .. '|' .. e.id end

-- Whether a revision is released that is not applied. Needs revision, appliedRevision.
local function is_pending(e) return e.revision ~= nil and e.revision > (e.appliedRevision or 0) end

-- Whether a write is going on. Needs outstanding, leaseUntil.
local function is_busy(e) return e.outstanding ~= nil or (e.leaseUntil or 0) > at end

-- Whether a lease token, or the batch id of a bulk write, still has the entity: until somebody else takes the lease,
-- also when its time is over. Needs lease, outstanding.
local function is_leased_by(e, by) return e.lease == by or e.outstanding == by end
`
