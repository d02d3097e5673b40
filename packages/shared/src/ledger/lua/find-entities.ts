/**
 * Goes through what a hash of entities lists, some at a time, for those who may be known by a text: whoever is at rest
 * and has it anywhere, and whoever has a hash of their own. Lua's lower case is ASCII's alone: other spellings of a
 * text come as further texts.
 *
 * KEYS[1] the connection's prefix   KEYS[2] the hash   ARGV[1] cursor   ARGV[2] how many
 * ARGV[3] JSON array of texts, in lower case
 * ARGV[4] JSON array of texts, one of which stands in whatever has a text as a whole value
 * ARGV[5] JSON array of parts, one of which stands in whatever has a text, as it is written; empty for any
 * ARGV[6] how many are wanted who have it as no whole value
 * Returns {cursor, found, cut}: the next cursor; ids and texts in turn, where the text of an entity that is not at rest
 * is empty, and an id may come twice; 1 where more entities have a text than were wanted.
 */
export const FIND_ENTITIES = `
local texts, wholes, parts = cjson.decode(ARGV[3]), cjson.decode(ARGV[4]), cjson.decode(ARGV[5])
local wanted, is_cut = tonumber(ARGV[6]), 0
local found = redis.call('HSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
local out = {}

local function has_one(value, some)
  for _, text in ipairs(some) do
    if string.find(value, text, 1, true) then return true end
  end
  return false
end

-- Whether somebody with a text is to be looked at.
local function is_wanted(lower)
  if has_one(lower, wholes) then return true end
  if not has_one(lower, texts) then return false end
  if wanted <= 0 then is_cut = 1 end
  wanted = wanted - 1
  return wanted >= 0
end

for i = 1, #found[2], 2 do
  local packed = found[2][i + 1]
  local may_be = packed == '' or #parts == 0 or has_one(packed, parts)
  if may_be and (packed == '' or is_wanted(string.lower(packed))) then
    out[#out + 1] = found[2][i]
    out[#out + 1] = packed
  end
end
return { found[1], out, is_cut }
`
