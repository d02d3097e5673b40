import { COMMON } from './common.ts'

/**
 * Records what was written. Revisions only move forward: an older answer that comes late changes nothing but the lock.
 *
 * KEYS[2] hash of the account's user owners   KEYS[3] of its group owners
 * ARGV[1] by: the lease token or the batch id
 * ARGV[2] connection
 * ARGV[3] JSON array of {kind, id, rev, applied (JSON text), role, zid (text), origin, sus, gone, link, doubt}
 *         gone: the object is no more in Zendesk
 *         link: only the link and what was read there, `rev` is not counted. Stale unless `by` still holds the entity, for
 *         what was read may be older than what was written since; and for whom the ledger has linked there already
 *         doubt: names, with commas, of what it may have set back should a newer revision be applied already: Redis forgot
 *         that it was under way, and let that one pass. They are unsure, and what is newest is to be written again
 * Returns { answers, ready }: answers, in that order, 'applied' | 'stale' | 'owned by …';
 *         ready: memberships whose jobs can run from now on, {id, revision}
 */
export const RECORD = `${COMMON}
local answers, ready_now = {}, {}

-- The fields that hold an entity for whoever writes it, as far as they are the writer's, after other fields to be deleted.
local function lock_of(h, by, fields)
  if h[5] == by then
    fields[#fields + 1] = 'lt'
    fields[#fields + 1] = 'lu'
  end
  if h[6] == by then fields[#fields + 1] = 'wr' end
  return fields
end

local function unlock(key, h, by)
  local fields = lock_of(h, by, {})
  if #fields > 0 then redis.call('HDEL', key, unpack(fields)) end
end

-- Who has one more group can leave the others: what was refused, because an agent must be in a group, is asked anew.
local function allow_removals(user)
  for _, group in ipairs(redis.call('SMEMBERS', prefix .. 'groups-of:' .. user)) do
    for _, key in ipairs({ entity('membership', group .. '~' .. user), entity('group', group) }) do
      if redis.call('HGET', key, 'pres') == 'deleted' then redis.call('HDEL', key, 'rej') end
    end
  end
end

local function doubt(key, r, h)
  local rev, sent = tonumber(h[1]), redis.call('HGET', key, 'sent')
  local names = sent and string.gsub(sent, '%+', '') .. ',' .. r.doubt or r.doubt
  redis.call('HSET', key, 'sent', '+' .. names, 'by', ARGV[1], 'arev', text(math.min(tonumber(h[2]), rev - 1)))
  redis.call('ZADD', prefix .. 'pending', rev, r.kind .. '|' .. r.id)
end

-- Of the entity that had the id before, and was forgotten. That something was created is news all the same, where nothing
-- is linked: Redis may have forgotten the entity, and not we.
local function of_another(r, h)
  return r.rev < tonumber(h[7] or '0') and (r.kind == 'membership' or r.gone or h[3])
end

local function owners(kind) return kind == 'user' and KEYS[2] or KEYS[3] end

for i, r in ipairs(cjson.decode(ARGV[3])) do
  local key = entity(r.kind, r.id)
  local h = redis.call('HMGET', key, 'rev', 'arev', 'zid', 'role', 'lt', 'wr', 'born')
  local answer = 'applied'
  if not h[1] then
    answer = 'stale'
  elseif not r.link and (r.rev <= tonumber(h[2] or '0') or of_another(r, h)) then
    -- that we made it is true for ever, whoever found it first
    if r.origin == 'created' and h[3] == r.zid then
      redis.call('HSET', key, 'origin', 'created')
      if r.sus and r.rev == tonumber(h[2]) then redis.call('HSET', key, 'sus', '1') end
    end
    if r.doubt and r.rev < tonumber(h[2] or '0') and h[3] == r.zid then doubt(key, r, h) end
    unlock(key, h, ARGV[1])
    answer = 'stale'
  elseif r.link and (h[5] ~= ARGV[1] and h[6] ~= ARGV[1] or r.origin == 'adopted' and h[3] == r.zid) then
    answer = 'stale'
  elseif r.gone then
    if r.kind ~= 'membership' then disown(owners(r.kind), ARGV[2] .. '|' .. r.id, h[3]) end
    forget_memberships(r.kind, r.id)
    if r.rev >= tonumber(h[1]) then
      forget(r.kind, r.id)
    else
      redis.call('HSET', key, 'arev', text(r.rev))
      redis.call('HDEL', key, 'applied', 'zid', 'role', 'origin', 'sus', 'intent', 'sent', 'deleting', 'by', 'gone')
      unlock(key, h, ARGV[1])
    end
  else
    local taken = r.zid ~= '' and r.kind ~= 'membership' and own(owners(r.kind), ARGV[2] .. '|' .. r.id, r.zid)
    if taken then
      -- who only links has yet to say what becomes of the entity
      if not r.link then unlock(key, h, ARGV[1]) end
      answer = 'owned by ' .. taken
    else
      local role = r.role ~= '' and r.role or h[4]
      local fields, n = { 'applied', r.applied, 'sus', r.sus and '1' or '0' }, 4
      local function set(name, value)
        fields[n + 1], fields[n + 2] = name, value
        n = n + 2
      end
      if not r.link then set('arev', text(r.rev)) end
      if r.zid ~= '' then set('zid', r.zid) end
      if r.role ~= '' then set('role', r.role) end
      if r.origin ~= '' then set('origin', r.origin) end
      redis.call('HSET', key, unpack(fields))
      -- no cycle knows whom we found, nor how they were
      if r.link and r.origin ~= '' then redis.call('HDEL', prefix .. 'seen:' .. r.kind, r.id) end
      redis.call('HDEL', key, 'intent', 'gone', unpack(r.link and {} or lock_of(h, ARGV[1], { 'rej', 'sent', 'deleting', 'by' })))
      if r.role ~= '' and is_team(h[4]) and not is_team(r.role) then forget_memberships(r.kind, r.id) end
      if not r.link and r.rev >= tonumber(h[1]) then redis.call('ZREM', prefix .. 'pending', r.kind .. '|' .. r.id) end
      if r.kind ~= 'membership' and (h[3] ~= r.zid or h[4] ~= r.role) then now_ready(r.kind, r.id, role, ready_now) end
      if r.kind == 'membership' then
        local _, user = sides(r.id)
        allow_removals(user)
      end
    end
  end
  answers[i] = answer
end
return { answers, ready_now }
`
