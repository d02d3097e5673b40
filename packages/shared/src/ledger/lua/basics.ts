/**
 * Lua that every script of the ledger begins with: the clock, the fence, and the decisions that a step rests on. The
 * scripts get the connection's prefix as their first key, and build the other keys of it: on a cluster its tag says
 * which node has them all (`keys.ts`).
 */
export const BASICS = `
local prefix = KEYS[1]

local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- One moment for the whole script.
local at = now()

local function text(n) return string.format('%.0f', n) end

-- One command, whose answer is nil when its key is of the wrong type. Whatever else Redis refuses, it refuses the
-- script.
local function unless_wrong_type(command, key, ...)
  local answer = redis.pcall(command, key, ...)
  if type(answer) ~= 'table' or not answer.err then return answer end
  if not string.find(answer.err, 'WRONGTYPE', 1, true) then return redis.call(command, key, ...) end
  return nil
end

-- The same on a key beside the entities'. One of the wrong type, which some hand has left there, is noted for the next
-- cycle to mend: it is no reason to stop everybody else.
local function try(command, key, ...)
  local answer = unless_wrong_type(command, key, ...)
  if answer == nil then unless_wrong_type('SADD', prefix .. 'damaged', key) end
  return answer
end

-- A fence that is lower than a token that was given out is one that Redis has forgotten: it is put up again.
local function check_fence(token)
  local newest = redis.call('GET', prefix .. 'fence')
  if newest and tonumber(token) < tonumber(newest) then
    return redis.error_reply('FENCED ' .. token .. ' < ' .. newest)
  end
  if token ~= newest then redis.call('SET', prefix .. 'fence', token) end
end

-- Whether what an admin approved still is. A decision that is carried out is used up, and its change is held no more.
local function stand(approvals)
  for _, a in ipairs(approvals or {}) do
    if try('HGET', prefix .. 'decisions', a.key) ~= a.text then return false end
  end
  return true
end

local function use_up(approvals)
  for _, a in ipairs(approvals or {}) do
    try('HDEL', prefix .. 'decisions', a.key)
    try('HDEL', prefix .. 'held', a.key)
  end
end
`
