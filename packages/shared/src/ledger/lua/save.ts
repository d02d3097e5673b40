/**
 * Writing what the verbs changed. No script sets or deletes a field of an entity by itself.
 *
 * `save` writes the entity, and then carries out what goes with it, for a Redis that is full refuses the first. An
 * entity at which all is done is put to rest; one that is not at rest any more gets a hash of its own.
 */
export const SAVE = `
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

-- What a person calls a membership that was at rest is told by its sides.
local NAMES, named = { 'dn', 'label' }, { group = {}, user = {} }

local function name_membership(id, f)
  local group, user = sides(id)
  local g, u = named.group[group] or peek('group', group, NAMES), named.user[user] or peek('user', user, NAMES)
  named.group[group], named.user[user] = g, u
  f.label = f.label or (u.label or user) .. ' in ' .. (g.label or group)
  f.dn = f.dn or g.dn
end

local function write_fields(e)
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
  return n > 0
end

-- Lists an entity that has a hash of its own.
local function enlist(e)
  if e.text == '' then return end
  try('HSET', e.list, e.field, '')
  if not e.text then
    if e.kind == 'user' then try('HDEL', prefix .. 'seen', e.id) end
    if e.kind == 'membership' then note_member(e.id) end
  end
  e.text = ''
end

-- An entity at which all is done has a hash of its own no more.
local function put_to_rest(e)
  if e.is_unreadable or e.lease or is_pending(e) then return end
  local f = fields_of(e)
  local packed = f and pack(e.kind, e.id, f)
  if packed and try('HSET', e.list, e.field, packed) then
    redis.call('DEL', e.key)
    e.text = packed
  end
end

local function save_changes(e)
  if e.text and e.text ~= '' then
    local f = unpack_text(e.kind, e.id, e.text)
    if not f then return end
    for field, value in pairs(e.changes) do f[field] = value or nil end
    local packed = pack(e.kind, e.id, f)
    if packed then
      redis.call('HSET', e.list, e.field, packed)
      e.text = packed
      return
    end
    if e.kind == 'membership' then name_membership(e.id, f) end
    -- it has none, unless some hand has made one
    redis.call('DEL', e.key)
    e.changes = f
  end
  if write_fields(e) then enlist(e) end
  put_to_rest(e)
end

local function save(e)
  if e.changes and next(e.changes) then save_changes(e) end
  local effects = e.effects or {}
  e.changes, e.effects = nil, nil
  for _, effect in ipairs(effects) do effect() end
end
`
