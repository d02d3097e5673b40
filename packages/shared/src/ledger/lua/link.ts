import { COMMON } from './common.ts'

/**
 * Links entities to what the producer found in Zendesk, or forgets such links.
 *
 * KEYS[2] hash of the account's user owners   KEYS[3] of its group owners
 * ARGV[1] fencing token   ARGV[2] connection
 * ARGV[3] JSON array of {kind, id, dn, label, zid (text), applied (JSON text), role, sus, origin, from, desired (JSON
 *         text) or '', fp, pres}
 *         with `desired`, Zendesk holds it already: released and applied at once, no job is needed
 *         with zid '' the link is forgotten: the object is gone in Zendesk, and its memberships with it; of a user it is
 *         remembered since when
 *         with rev, arev and was (the zid, or ''), those that the plan knew: when they have changed, the answer is busy
 *         with from {owner, prefix, id} the object is taken over from that entry, which is forgotten; busy when it
 *         has it no more, for who gave it up may have deleted it
 *         with approvals, {key, text} of the decisions that it rests on: busy when an admin has taken one back
 *         with seen, the fingerprint that the entity answers with it, in the same step
 * Returns, in that order, 'linked' | 'unlinked' | 'busy' (a write is going on) | 'owned by …'.
 */
export const LINK = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end
local out = {}
local at = now()

-- Forgets the entry that had the object. False when it has it no more, and while something is being written to it.
local function take_over(kind, owners, me, zid, from)
  local owner = redis.call('HGET', owners, zid)
  if owner ~= from.owner then return owner == me end
  local h = redis.call('HMGET', from.prefix .. kind .. ':' .. from.id, 'wr', 'lu')
  if h[1] or tonumber(h[2] or '0') > at then return false end
  local mine = prefix
  prefix = from.prefix
  forget_memberships(kind, from.id)
  forget(kind, from.id)
  prefix = mine
  redis.call('HDEL', owners, zid)
  return true
end

for i, r in ipairs(cjson.decode(ARGV[3])) do
  local key = entity(r.kind, r.id)
  local h = redis.call('HMGET', key, 'rev', 'arev', 'wr', 'lu', 'zid', 'role', 'born')
  local owners, me = r.kind == 'user' and KEYS[2] or KEYS[3], ARGV[2] .. '|' .. r.id
  -- who was only linked has another zid, and the revisions that they had
  local moved = r.rev
    and (tonumber(h[1] or '0') ~= r.rev or tonumber(h[2] or '0') ~= r.arev or (h[5] or '') ~= r.was)
  if h[3] or tonumber(h[4] or '0') > at or moved or not stand(r.approvals) then
    out[i] = 'busy'
  elseif r.zid == '' then
    if r.kind ~= 'membership' then
      disown(owners, me, h[5])
      forget_memberships(r.kind, r.id)
    end
    redis.call('HDEL', key, 'zid', 'applied', 'role', 'origin', 'sus', 'intent')
    if r.kind == 'user' and h[5] then redis.call('HSET', key, 'gone', text(at)) end
    out[i] = 'unlinked'
  elseif type(r.from) == 'table' and not take_over(r.kind, owners, me, r.zid, r.from) then
    out[i] = 'busy'
  else
    local taken = r.kind ~= 'membership' and own(owners, me, r.zid)
    if taken then
      out[i] = 'owned by ' .. taken
    else
      if r.kind ~= 'membership' and h[5] and h[5] ~= r.zid then
        disown(owners, me, h[5])
        forget_memberships(r.kind, r.id)
      end
      redis.call('HSET', key, 'dn', r.dn, 'label', r.label, 'zid', r.zid, 'applied', r.applied,
        'origin', r.origin, 'sus', r.sus and '1' or '0')
      if r.role ~= '' then
        redis.call('HSET', key, 'role', r.role)
        if is_team(h[6]) and not is_team(r.role) then forget_memberships(r.kind, r.id) end
      end
      redis.call('HDEL', key, 'intent', 'gone')
      if not h[1] then redis.call('HSET', key, 'rev', '0', 'arev', '0', 'born', text(at)) end
      redis.call('SADD', prefix .. 'all:' .. r.kind, r.id)
      if r.kind == 'membership' then
        local group, user = sides(r.id)
        redis.call('SADD', prefix .. 'members:' .. group, user)
        redis.call('SADD', prefix .. 'groups-of:' .. user, group)
      end
      if r.desired ~= '' then
        local rev = math.max(tonumber(h[1] or '0') + 1, tonumber(h[2] or '0') + 1, tonumber(h[7] or '0'), at)
        redis.call('HSET', key, 'rev', text(rev), 'arev', text(rev), 'desired', r.desired, 'fp', r.fp, 'pres', r.pres)
        redis.call('HDEL', key, 'rej')
        redis.call('ZREM', prefix .. 'pending', r.kind .. '|' .. r.id)
      end
      use_up(r.approvals)
      out[i] = 'linked'
    end
  end
  if r.seen and (out[i] == 'linked' or out[i] == 'unlinked') then
    redis.call('HSET', prefix .. 'seen:' .. r.kind, r.id, r.seen)
  end
end
return out
`
