import { SHARED_BY_ACCOUNT } from '../keys.ts'

/**
 * The longest lease on an entity, ms. Workers take theirs for the time limit of a request and ten seconds more.
 */
const LONGEST_LEASE_MS = 5 * 60_000

/**
 * Reading an entity's hash, what can be told of its state, and writing what the verbs changed. docs/ledger.md has the
 * fields and the states.
 *
 * `read` fetches the fields that a script names, once; the verbs change them in memory; `save` writes what was changed,
 * and then carries out what goes with it, for a Redis that is full refuses the first. No script sets or deletes a field
 * of an entity by itself.
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
    kind = e.kind, id = e.id, key = e.key, is_unreadable = true,
    lease = e.lease, leaseUntil = e.leaseUntil, outstanding = e.outstanding,
  }
end

local function read(kind, id, fields)
  local e = { kind = kind, id = id, key = entity_key(kind, id) }
  local values = unless_wrong_type('HMGET', e.key, unpack(fields))
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

-- As the sets of the connection name it.
local function member_of(e) return e.kind .. '|' .. e.id end

-- Values are texts, or numbers without a fraction.
local function put(e, field, value)
  local changes = e.changes or {}
  e.changes, e[field] = changes, value
  changes[field] = type(value) == 'number' and text(value) or value
end

local function drop(e, ...)
  local changes = e.changes or {}
  e.changes = changes
  for i = 1, select('#', ...) do
    local field = select(i, ...)
    e[field], changes[field] = nil, false
  end
end

-- What is done beside the entity once it is saved.
local function after(e, effect)
  e.effects = e.effects or {}
  e.effects[#e.effects + 1] = effect
end

local function save(e)
  local set, deleted, n, m = {}, {}, 0, 0
  for field, value in pairs(e.changes or {}) do
    if value then
      set[n + 1], set[n + 2] = field, value
      n = n + 2
    else
      m = m + 1
      deleted[m] = field
    end
  end
  if n > 0 then redis.call('HSET', e.key, unpack(set)) end
  if m > 0 then redis.call('HDEL', e.key, unpack(deleted)) end
  local effects = e.effects or {}
  e.changes, e.effects = nil, nil
  for _, effect in ipairs(effects) do effect() end
end

-- Whether a revision is released that is not applied. Needs revision, appliedRevision.
local function is_pending(e) return e.revision ~= nil and e.revision > (e.appliedRevision or 0) end

-- Whether a write is going on. Needs outstanding, leaseUntil.
local function is_busy(e) return e.outstanding ~= nil or (e.leaseUntil or 0) > at end

-- Whether a lease token, or the batch id of a bulk write, still has the entity: until somebody else takes the lease,
-- also when its time is over. Needs lease, outstanding.
local function is_leased_by(e, by) return e.lease == by or e.outstanding == by end
`
