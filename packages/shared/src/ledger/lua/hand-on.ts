/**
 * Gives what entries of one connection have in a hash of the account, owners or claims, to another connection, or to
 * nobody. What has another owner by now is left alone.
 *
 * KEYS[1] the hash, whose values begin with `CONNECTION|`
 * ARGV[1] the connection with its bar   ARGV[2] the one that gets them, the same; '' for nobody
 * ARGV[3] JSON array of fields
 * Returns how many there were.
 */
export const HAND_ON = `
local from, to, count = ARGV[1], ARGV[2], 0
for _, field in ipairs(cjson.decode(ARGV[3])) do
  local value = redis.call('HGET', KEYS[1], field)
  if value and string.sub(value, 1, #from) == from then
    if to == '' then
      redis.call('HDEL', KEYS[1], field)
    else
      redis.call('HSET', KEYS[1], field, to .. string.sub(value, #from + 1))
    end
    count = count + 1
  end
end
return count
`
