import { COMMON } from './common.ts'

/**
 * Releases desired states: each gets a revision that never repeats and waits in `pending` until it is applied.
 *
 * ARGV[1] fencing token of the cycle
 * ARGV[2] JSON array of {kind, id, dn, label, desired (JSON text), pres, fp, op, attrs, anew, seen, counts, approvals}
 *         seen: the fingerprint that the entity answers with it, in the same step: Redis may lose its last second, and
 *         what is answered and not released is never planned again
 *         counts: the guard's categories that it counts in, if it is not released already
 *         approvals: {key, text} of the decisions that it rests on
 * Returns, in that order, {revision, 1 when its job can run now, else 0}; the revision is '' for the creation of a user
 * who has been linked since it was planned, which knows nothing of who was found, and would lower their role; and of what an
 * admin has taken back since. With the creation of a user who was gone in Zendesk that is forgotten: it was decided that there
 * shall be one again.
 *
 * An entity that is released again at the fingerprint it already waits with keeps its revision: a plan that is
 * enacted twice yields one set of jobs, and what Zendesk refused is not asked of it again in every cycle. With `anew` it
 * gets a new one.
 */
export const RELEASE = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end
local out = {}
local at = now()
for i, c in ipairs(cjson.decode(ARGV[2])) do
  local key = entity(c.kind, c.id)
  local h = redis.call('HMGET', key, 'rev', 'arev', 'fp', 'zid', 'born', 'gone')
  local rev, arev = tonumber(h[1] or '0'), tonumber(h[2] or '0')
  local refused = (c.op == 'create user' and h[4]) or not stand(c.approvals)
  local again = c.op == 'create user' and h[6]
  if not refused and (c.anew or again or not (rev > arev and h[3] == c.fp)) then
    rev = math.max(rev + 1, arev + 1, tonumber(h[5] or '0'), at)
    redis.call('HSET', key, 'dn', c.dn, 'label', c.label, 'rev', text(rev), 'desired', c.desired, 'fp', c.fp,
      'pres', c.pres, 'op', c.op, 'attrs', c.attrs)
    if not h[1] then redis.call('HSET', key, 'born', text(rev)) end
    redis.call('HDEL', key, 'rej')
    if again then redis.call('HDEL', key, 'gone') end
    for _, category in ipairs(c.counts) do
      redis.call('ZADD', prefix .. 'counted', at, category .. '|' .. c.kind .. '|' .. c.id .. '|' .. text(rev))
    end
    redis.call('SADD', prefix .. 'all:' .. c.kind, c.id)
    redis.call('ZADD', prefix .. 'pending', at, c.kind .. '|' .. c.id)
    if c.kind == 'membership' then
      local group, user = sides(c.id)
      redis.call('SADD', prefix .. 'members:' .. group, user)
      redis.call('SADD', prefix .. 'groups-of:' .. user, group)
    end
  end
  if refused then
    out[i] = { '', 0 }
  else
    use_up(c.approvals)
    if c.seen then redis.call('HSET', prefix .. 'seen:' .. c.kind, c.id, c.seen) end
    out[i] = { text(rev), ready(c.kind, c.id, c.pres) and 1 or 0 }
  end
end
return out
`
