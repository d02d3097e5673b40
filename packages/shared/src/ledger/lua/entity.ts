/**
 * Reading an entity's hash, what can be told of its state, and writing what the verbs changed. docs/ledger.md has the
 * fields and the states.
 *
 * `read` fetches the fields that a script names, once; the verbs change them in memory; `save` writes what was changed.
 * No script sets or deletes a field of an entity by itself.
 */
export const ENTITY = `
local function entity_key(kind, id) return prefix .. kind .. ':' .. id end

local NUMBERS = { 'revision', 'appliedRevision', 'firstRevision', 'leaseUntil' }

-- What can't be read has no fields, and is written by nobody: a cycle sets it aside.
local function read(kind, id, fields)
  local e = { kind = kind, id = id, key = entity_key(kind, id), member = kind .. '|' .. id, changes = {} }
  local values = redis.pcall('HMGET', e.key, unpack(fields))
  e.is_unreadable = values.err ~= nil
  local found = {}
  for i, field in ipairs(fields) do found[field] = values[i] or nil end
  for _, field in ipairs(NUMBERS) do
    local value = found[field]
    found[field] = value and tonumber(value)
    e.is_unreadable = e.is_unreadable or value ~= nil and not found[field]
  end
  if e.is_unreadable then return e end
  for field, value in pairs(found) do e[field] = value end
  e.values = values
  return e
end

-- Values are texts, or numbers without a fraction.
local function put(e, field, value)
  e[field] = value
  e.changes[field] = type(value) == 'number' and text(value) or value
end

local function drop(e, ...)
  for _, field in ipairs({ ... }) do
    e[field] = nil
    e.changes[field] = false
  end
end

local function save(e)
  local set, deleted = {}, {}
  for field, value in pairs(e.changes) do
    if value then
      set[#set + 1] = field
      set[#set + 1] = value
    else
      deleted[#deleted + 1] = field
    end
  end
  if #set > 0 then redis.call('HSET', e.key, unpack(set)) end
  if #deleted > 0 then redis.call('HDEL', e.key, unpack(deleted)) end
  e.changes = {}
end

-- Whether a revision is released that is not applied. Needs revision, appliedRevision.
local function is_pending(e) return e.revision ~= nil and e.revision > (e.appliedRevision or 0) end

-- Whether a write is going on. Needs outstanding, leaseUntil.
local function is_busy(e) return e.outstanding ~= nil or (e.leaseUntil or 0) > at end

-- Whether a lease token, or the batch id of a bulk write, still has the entity: until somebody else takes the lease,
-- also when its time is over. Needs lease, outstanding.
local function is_leased_by(e, by) return e.lease == by or e.outstanding == by end
`
