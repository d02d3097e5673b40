import { COMMON } from './common.ts'

/**
 * Releases desired states: each gets a revision that never repeats and waits in `pending` until it is applied.
 *
 * ARGV[1] fencing token of the cycle
 * ARGV[2] JSON array of {kind, id, dn, label, desired (JSON text), presence, fingerprint, operation, changed, anew,
 *         seen, counts, approvals}
 *         seen: the fingerprint that the entity answers with it, in the same step: Redis may lose its last second, and
 *         what is answered and not released is never planned again
 *         counts: the guard's categories that it counts in, if it is not released already
 *         approvals: {key, text} of the decisions that it rests on
 * Returns, in that order, {revision, 1 when its job can run now, else 0}; the revision is '' for the creation of a user
 * who has been linked since it was planned, which knows nothing of who was found, and would lower their role; of what
 * an admin has taken back since; and of an entity that can't be read. With the creation of a user who was gone in
 * Zendesk that is forgotten: it was decided that there shall be one again.
 *
 * An entity that is released again at the fingerprint it already waits with keeps its revision: a plan that is
 * enacted twice yields one set of jobs, and what Zendesk refused is not asked of it again in every cycle. With `anew`
 * it gets a new one.
 */
export const RELEASE = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end

local FIELDS = { 'revision', 'appliedRevision', 'firstRevision', 'fingerprint', 'zendeskId', 'goneSince', 'cause' }

local function release(r)
  local e = read(r.kind, r.id, FIELDS)
  if e.is_unreadable then return { '', 0 } end
  local creates_user = r.operation == 'create user'
  if creates_user and e.zendeskId or not stand(r.approvals) then return { '', 0 } end
  local again = creates_user and e.goneSince
  if r.anew or again or not (is_pending(e) and e.fingerprint == r.fingerprint) then
    mint(e)
    -- first of all, and not forgiving: nothing is released that the guard would not know of
    for _, category in ipairs(r.counts) do
      redis.call('ZADD', prefix .. 'counted', at, category .. '|' .. member_of(e) .. '|' .. text(e.revision))
    end
    desire(e, r)
    allow(e)
    if again then drop(e, 'goneSince') end
    enter(e, r)
    wait_for_write(e, at)
  end
  if r.seen then answer(e, r.seen) end
  save(e)
  use_up(r.approvals)
  return { text(e.revision), is_ready(r.kind, r.id, r.presence) and 1 or 0 }
end

local out = {}
for i, r in ipairs(cjson.decode(ARGV[2])) do out[i] = release(r) end
return out
`
