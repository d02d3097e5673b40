/**
 * Goes through what a hash of entities lists, some at a time, for those who may be known by a text: whoever is at rest
 * and has it anywhere, and whoever has a hash of their own. Lua's lower case is ASCII's alone: other spellings of a
 * text come as further texts.
 *
 * KEYS[1] the connection's prefix   KEYS[2] the hash   ARGV[1] cursor   ARGV[2] how many
 * ARGV[3] JSON array of texts, in lower case
 * Returns the next cursor, and in turn ids and texts, which are empty of who is not at rest. Some may come twice.
 */
export const FIND_ENTITIES = `
local texts = cjson.decode(ARGV[3])
local found = redis.call('HSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
local out = {}
for i = 1, #found[2], 2 do
  local packed = found[2][i + 1]
  local lower = string.lower(packed)
  local may_be = packed == ''
  for _, text in ipairs(texts) do
    may_be = may_be or string.find(lower, text, 1, true) ~= nil
  end
  if may_be then
    out[#out + 1] = found[2][i]
    out[#out + 1] = packed
  end
end
return { found[1], out }
`
