/**
 * Goes through what a hash of entities lists, some at a time, for those who are known by a text. What is at rest is not
 * read whole for it: the text is looked for in it first, which is what makes this quick. Case makes no difference to
 * ASCII; the other spellings of a text come as further texts.
 *
 * KEYS[1] the connection's prefix   KEYS[2] the hash   ARGV[1] kind   ARGV[2] cursor   ARGV[3] how many
 * ARGV[4] JSON array of texts, in lower case
 * Returns the next cursor, the ids of who has one of the texts as address, name or first part of the DN, and the ids of
 * who has it somewhere in one of them. Some may come twice.
 */
export const FIND_ENTITIES = `
local FIELDS = { 'dn', 'label', 'email', 'name' }
local texts = cjson.decode(ARGV[4])

-- Values as JSON writes them: an escape has nothing that tells people apart.
local function plain(value) return (string.gsub(string.lower(value), '\\\\', '')) end

local function values_of(packed)
  local values = {}
  for _, field in ipairs(FIELDS) do
    local value = string.match(packed, '"' .. field .. '":"(.-[^\\\\])"')
    if value then values[field] = plain(value) end
  end
  return values
end

-- Of one that has a hash of its own.
local function hash_of(id)
  local found = redis.pcall('HMGET', KEYS[1] .. ARGV[1] .. ':' .. id, 'dn', 'label', 'applied', 'desired')
  if found.err then return {} end
  local values = values_of(found[3] or found[4] or '')
  values.dn, values.label = plain(found[1] or ''), plain(found[2] or '')
  return values
end

local function is_whole(values, text)
  for _, field in ipairs(FIELDS) do
    if values[field] == text then return true end
  end
  local dn = values.dn or ''
  local at = string.find(dn, '=', 1, true)
  if not at or string.sub(dn, at + 1, at + #text) ~= text then return false end
  local after = string.sub(dn, at + #text + 1, at + #text + 1)
  return after == ',' or after == '+' or after == ''
end

local function has_part(values, text)
  for _, field in ipairs(FIELDS) do
    if values[field] and string.find(values[field], text, 1, true) then return true end
  end
  return false
end

local found = redis.call('HSCAN', KEYS[2], ARGV[2], 'COUNT', ARGV[3])
local whole, part = {}, {}
for i = 1, #found[2], 2 do
  local id, packed = found[2][i], found[2][i + 1]
  local values
  local lower = packed ~= '' and plain(packed)
  for _, text in ipairs(texts) do
    if not lower or string.find(lower, text, 1, true) then
      values = values or (lower and values_of(packed) or hash_of(id))
      if is_whole(values, text) then
        whole[#whole + 1] = id
        break
      elseif has_part(values, text) then
        part[#part + 1] = id
        break
      end
    end
  end
end
return { found[1], whole, part }
`
