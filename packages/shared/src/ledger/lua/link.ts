import { COMMON } from './common.ts'

/**
 * Links entities to what the producer found in Zendesk, or forgets such links.
 *
 * KEYS[2] hash of the account's user owners   KEYS[3] of its group owners
 * ARGV[1] fencing token   ARGV[2] connection
 * ARGV[3] JSON array of {kind, id, dn, label, zid (text), applied (JSON text), role, sus, desired (JSON text) or '', fp, pres}
 *         with `desired`, Zendesk holds it already: released and applied at once, no job is needed
 *         with zid '' the link is forgotten: the object is gone in Zendesk
 * Returns, in that order, 'linked' | 'unlinked' | 'busy' (a write is going on) | 'owned by …'.
 */
export const LINK = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end
local out = {}
local at = now()

local function own(kind, id, zid)
  local owners = kind == 'user' and KEYS[2] or KEYS[3]
  local me = ARGV[2] .. '|' .. id
  local owner = redis.call('HGET', owners, zid)
  if owner and owner ~= me then return owner end
  redis.call('HSET', owners, zid, me)
  return nil
end

for i, r in ipairs(cjson.decode(ARGV[3])) do
  local key = entity(r.kind, r.id)
  local h = redis.call('HMGET', key, 'rev', 'arev', 'wr', 'lu', 'zid')
  if h[3] or tonumber(h[4] or '0') > at then
    out[i] = 'busy'
  elseif r.zid == '' then
    if h[5] and r.kind ~= 'membership' then redis.call('HDEL', r.kind == 'user' and KEYS[2] or KEYS[3], h[5]) end
    redis.call('HDEL', key, 'zid', 'applied', 'role', 'origin', 'sus', 'intent')
    out[i] = 'unlinked'
  else
    local taken = r.kind ~= 'membership' and own(r.kind, r.id, r.zid)
    if taken then
      out[i] = 'owned by ' .. taken
    else
      redis.call('HSET', key, 'dn', r.dn, 'label', r.label, 'zid', r.zid, 'applied', r.applied,
        'origin', 'adopted', 'sus', r.sus and '1' or '0')
      if r.role ~= '' then redis.call('HSET', key, 'role', r.role) end
      redis.call('HDEL', key, 'intent')
      if not h[1] then redis.call('HSET', key, 'rev', '0', 'arev', '0') end
      redis.call('SADD', prefix .. 'all:' .. r.kind, r.id)
      if r.kind == 'membership' then
        local group, user = sides(r.id)
        redis.call('SADD', prefix .. 'members:' .. group, user)
        redis.call('SADD', prefix .. 'groups-of:' .. user, group)
      end
      if r.desired ~= '' then
        local rev = math.max(tonumber(h[1] or '0') + 1, tonumber(h[2] or '0') + 1, at)
        redis.call('HSET', key, 'rev', text(rev), 'arev', text(rev), 'desired', r.desired, 'fp', r.fp, 'pres', r.pres)
        redis.call('HDEL', key, 'rej')
        redis.call('ZREM', prefix .. 'pending', r.kind .. '|' .. r.id)
      end
      out[i] = 'linked'
    end
  end
end
return out
`
