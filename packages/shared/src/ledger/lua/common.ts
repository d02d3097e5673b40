/**
 * Lua that every script of the ledger begins with. The scripts get one key, the connection's prefix, and build the
 * rest: the ledger lives on one Redis, never on a cluster (BullMQ's queues of a connection could not move with it).
 *
 * An entity's hash:
 *   dn label             for people
 *   rev desired fp op attrs pres   the newest released state, its fingerprint, operation, changed names, presence
 *   arev applied role zid origin sus   what was last written; role is the applied role, for memberships
 *   intent               a creation was sent, its answer is not recorded: ms, and what was sent as JSON
 *   sent                 names that an update or a removal was sent with whose answer is not recorded; a '+' before them
 *                        when some are of a request before the last
 *   deleting             what was sent is a deletion: should the user be gone, it was us
 *   by                   who set `intent` or `sent` last: a lease token or a batch id
 *   rej                  Zendesk's lasting refusal, JSON
 *   gone                 ms: when it was noticed that Zendesk has a linked user no more whom we did not delete; until the
 *                        user is linked anew, or a creation is released
 *   born                 ms: what was written at a revision before it was of an entity that was forgotten since
 *   lt lu                lease: its token, and until when (ms)
 *   wr                   the outstanding bulk write that closes the entity
 */
export const COMMON = `
local prefix = KEYS[1]

local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local function text(n) return string.format('%.0f', n) end

local function entity(kind, id) return prefix .. kind .. ':' .. id end

local function check_fence(token)
  local newest = redis.call('GET', prefix .. 'fence')
  if newest and tonumber(token) < tonumber(newest) then
    return redis.error_reply('FENCED ' .. token .. ' < ' .. newest)
  end
end

-- Whether what an admin approved still is. A decision that is carried out is used up with it, and its change held no more.
local function stand(approvals)
  for _, a in ipairs(approvals or {}) do
    if redis.call('HGET', prefix .. 'decisions', a.key) ~= a.text then return false end
  end
  return true
end

local function use_up(approvals)
  for _, a in ipairs(approvals or {}) do
    redis.call('HDEL', prefix .. 'decisions', a.key)
    redis.call('HDEL', prefix .. 'held', a.key)
  end
end

local function sides(id)
  local at = string.find(id, '~', 1, true)
  return string.sub(id, 1, at - 1), string.sub(id, at + 1)
end

local function is_team(role) return role == 'agent' or role == 'admin' end

-- The pair of Zendesk ids a membership would be written with, or nil while a side is not linked or no team member.
local function linked_sides(id)
  local group, user = sides(id)
  local gzid = redis.call('HGET', entity('group', group), 'zid')
  if not gzid then return nil end
  local u = redis.call('HMGET', entity('user', user), 'zid', 'role')
  if not u[1] then return nil end
  if not is_team(u[2]) then return nil end
  return u[1], gzid
end

-- Whether a membership's job can run: an addition needs both sides, a removal needs nothing but itself.
local function ready(kind, id, presence)
  if kind ~= 'membership' or presence == 'deleted' then return true end
  return linked_sides(id) ~= nil
end

-- Memberships of an entity that wait for nothing any more and have yet to be applied, as {id, rev, op}. Those of a user
-- wait while they are no team member.
local function now_ready(kind, id, role, out)
  if kind == 'user' and not is_team(role) then return end
  local others = redis.call('SMEMBERS', prefix .. (kind == 'user' and 'groups-of:' or 'members:') .. id)
  for _, other in ipairs(others) do
    local m = kind == 'user' and (other .. '~' .. id) or (id .. '~' .. other)
    local r = redis.call('HMGET', entity('membership', m), 'rev', 'arev', 'pres')
    if r[1] and r[3] == 'active' and tonumber(r[1]) > tonumber(r[2] or '0') and linked_sides(m) then
      out[#out + 1] = { m, r[1] }
    end
  end
end

local function forget(kind, id)
  redis.call('DEL', entity(kind, id))
  redis.call('SREM', prefix .. 'all:' .. kind, id)
  redis.call('HDEL', prefix .. 'seen:' .. kind, id)
  redis.call('ZREM', prefix .. 'pending', kind .. '|' .. id)
  redis.call('HDEL', prefix .. 'problems', 'write|' .. kind .. '|' .. id)
  if kind == 'membership' then
    local group, user = sides(id)
    redis.call('SREM', prefix .. 'members:' .. group, user)
    redis.call('SREM', prefix .. 'groups-of:' .. user, group)
  end
end

-- Zendesk drops the memberships of a group or user that is deleted, and of an agent who becomes an end user.
local function forget_memberships(kind, id)
  if kind == 'membership' then return end
  for _, other in ipairs(redis.call('SMEMBERS', prefix .. (kind == 'user' and 'groups-of:' or 'members:') .. id)) do
    forget('membership', kind == 'user' and (other .. '~' .. id) or (id .. '~' .. other))
  end
end

-- Makes the entity the owner of a Zendesk object. Returns who else owns it, or nil.
local function own(owners, me, zid)
  if redis.call('HSETNX', owners, zid, me) == 1 then return nil end
  local owner = redis.call('HGET', owners, zid)
  if owner ~= me then return owner end
  return nil
end

-- Ends the ownership of the object that the entity is linked to, unless somebody else has it by now.
local function disown(owners, me, zid)
  if zid and redis.call('HGET', owners, zid) == me then redis.call('HDEL', owners, zid) end
end
`
