import { RESTING_MEMBERSHIP } from './resting-membership.ts'

/**
 * How an entity lies in Redis while nothing is to be done with it. Most are like that at any time, and a hash of their
 * own costs a kilobyte of fields' names and of what Redis keeps beside them: so one that is at rest is a text in the
 * hash of its kind, and has no hash of its own. `read` and `save` (`entity.ts`, `save.ts`) alone know the difference.
 *
 *   a user or group   the fields as JSON, and behind a line break what was applied, which is JSON as well; behind
 *                     another one what is desired, where that can't be told from what was applied
 *   a membership      `resting-membership.ts`
 *
 * Not kept are the fingerprint, the cycle and the cause, which matter while something waits, and of a membership what
 * a person calls it: its sides tell.
 */
export const AT_REST = `
-- Beside these an entity at rest has what was applied, and what is desired.
local HEAD = {
  'dn', 'label', 'revision', 'firstRevision', 'operation', 'changed', 'zendeskId', 'origin', 'role', 'presence',
  'suspendedByUs', 'seen',
}
local IS_HEAD = {}
for _, field in ipairs(HEAD) do IS_HEAD[field] = true end
local BESIDE_HEAD = { appliedRevision = true, applied = true, desired = true, fingerprint = true, cycle = true, cause = true }

-- Whether nothing waits, nobody writes it, and nothing of it is unconfirmed, refused or gone.
local function may_rest(f)
  for field in pairs(f) do
    if not IS_HEAD[field] and not BESIDE_HEAD[field] then return false end
  end
  return f.revision ~= nil and f.revision == f.appliedRevision and f.applied ~= nil
end

-- What most entities have in a field, by what was applied: it is left out of the text.
local USUAL = {
  label = function(applied, kind)
    return string.match(applied, kind == 'user' and '"email":"([^"\\\\]*)"' or '"name":"([^"\\\\]*)"')
  end,
  role = function(applied) return string.match(applied, '"role":"([^"\\\\]*)"') end,
  presence = function(applied) return string.match(applied, ',"presence":"(%w+)"}$') end,
  desired = function(applied, kind)
    if kind ~= 'user' then return applied end
    local attributes, presence = string.match(applied, '^(.*),"presence":"(%w+)"}$')
    if not attributes then return nil end
    return attributes .. ',"createOnly":[],"presence":"' .. presence .. '","tagsMode":"merge"}'
  end,
  firstRevision = function(_, _, revision) return revision end,
  suspendedByUs = function() return '0' end,
  changed = function() return '' end,
}

local function usual(field, kind, applied, revision)
  return USUAL[field] and USUAL[field](applied, kind, revision)
end

-- An external id that is the directory's id stands in the text twice otherwise.
local function external_id(id) return '"external_id":' .. cjson.encode(id) end
local SAME_ID = '"external_id":='

local function replace(text, from, to)
  local first, last = string.find(text, from, 1, true)
  if not first then return text end
  return string.sub(text, 1, first - 1) .. to .. string.sub(text, last + 1)
end

local function pack_object(kind, id, f)
  local head = {}
  for _, field in ipairs(HEAD) do
    -- false says that it is not there
    if f[field] ~= usual(field, kind, f.applied, f.revision) then head[field] = f[field] or false end
  end
  local packed = cjson.encode(head) .. '\\n' .. replace(f.applied, external_id(id), SAME_ID)
  if f.desired == usual('desired', kind, f.applied) then return packed end
  return packed .. '\\n' .. (f.desired or '')
end

-- The head, what was applied, and what is desired where it is told; nil of a text that is none of ours.
local function lines_of(packed)
  local head, applied, more = string.match(packed, '^({[^\\n]*})\\n({[^\\n]*})(.*)$')
  if not head then return nil end
  return head, applied, string.match(more, '^\\n(.*)$')
end

-- Nil where something else than we write stands in it.
local function decoded_head(head)
  local is_json, f = pcall(cjson.decode, head)
  if not is_json or type(f) ~= 'table' then return nil end
  for field, value in pairs(f) do
    if not IS_HEAD[field] or (type(value) ~= 'string' and value ~= false) then return nil end
  end
  return f.revision and f
end

local function unpack_object(kind, id, packed)
  local head, applied, desired = lines_of(packed)
  local f = head and decoded_head(head)
  if not f then return nil end
  applied = replace(applied, SAME_ID, external_id(id))
  for field in pairs(USUAL) do
    if f[field] == nil then f[field] = usual(field, kind, applied, f.revision) end
  end
  if desired then f.desired = desired ~= '' and desired or nil end
  for _, field in ipairs(HEAD) do f[field] = f[field] or nil end
  f.applied, f.appliedRevision = applied, f.revision
  return f
end

-- Some fields of many entities, without reading all of each: values as of HMGET. Nil where the text is none of ours, or
-- has to be read whole to know.
local function glance(kind, packed, fields)
  local head, applied = lines_of(packed)
  if not head or string.find(head, '\\\\', 1, true) then return nil end
  local revision = string.match(head, '"revision":"(%d+)"')
  if not revision then return nil end
  local values = {}
  for i, field in ipairs(fields) do
    if field == 'applied' or field == 'desired' then return nil end
    local value = field == 'appliedRevision' and revision or string.match(head, '"' .. field .. '":"([^"]*)"')
    if not value and not string.find(head, '"' .. field .. '":false', 1, true) then
      value = usual(field, kind, applied, revision)
    end
    values[i] = value or false
  end
  return values
end
${RESTING_MEMBERSHIP}
-- The text of an entity, by its fields; nil of one that is not at rest.
local function pack(kind, id, f)
  if not may_rest(f) then return nil end
  if kind == 'membership' then return pack_membership(f) end
  return pack_object(kind, id, f)
end

-- The fields by the text; nil where it can't be read.
local function unpack_text(kind, id, packed)
  if kind == 'membership' then return unpack_membership(packed) end
  return unpack_object(kind, id, packed)
end
`
