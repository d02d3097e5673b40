import { RECORD_FIELDS } from '../record.ts'
import { COMMON } from './common.ts'

const LUA_FIELDS = RECORD_FIELDS.map((field) => `'${field}'`).join(', ')

/**
 * Opens the entities of pulled jobs for writing: takes a lease on each that may be written now.
 *
 * ARGV[1] lease token   ARGV[2] lease, ms   ARGV[3] JSON array of {kind, id, revision}
 * Returns, in that order, {verdict, detail…}:
 *   open, values of RECORD_FIELDS and more    the lease is taken
 *   gone                             the ledger knows no such entity
 *   done, applied revision, operation, label, changed names, Zendesk id   nothing newer is released than is applied
 *   leased, until (ms)               another worker writes it
 *   outstanding, batch id            a bulk write that includes it has not ended
 *   not ready                        a membership whose sides are not linked, or no team member
 *   after additions                  a removal that has to wait for the user's additions
 */
export const OPEN = `${COMMON}
local out = {}
local at = now()
local till_then = text(at + tonumber(ARGV[2]))

local function additions_wait(user)
  for _, group in ipairs(redis.call('SMEMBERS', prefix .. 'groups-of:' .. user)) do
    local m = group .. '~' .. user
    local r = redis.call('HMGET', entity('membership', m), 'rev', 'arev', 'pres', 'rej')
    if r[1] and r[3] == 'active' and not r[4] and tonumber(r[1]) > tonumber(r[2] or '0') and linked_sides(m) then
      return true
    end
  end
  return false
end

for i, j in ipairs(cjson.decode(ARGV[3])) do
  local key = entity(j.kind, j.id)
  local h = redis.call('HMGET', key, ${LUA_FIELDS}, 'lt', 'lu', 'wr', 'pres')
  local rev, arev = h[1], h[2] or '0'
  local token, till, outstanding, presence = unpack(h, ${RECORD_FIELDS.length + 1}, ${RECORD_FIELDS.length + 4})
  local verdict
  if not rev then
    verdict = { 'gone' }
  elseif outstanding then
    verdict = { 'outstanding', outstanding }
  elseif token and token ~= ARGV[1] and tonumber(till or '0') > at then
    verdict = { 'leased', till }
  elseif tonumber(arev) >= tonumber(rev) then
    local last = redis.call('HMGET', key, 'op', 'label', 'attrs', 'zid')
    verdict = { 'done', arev, last[1] or '', last[2] or '', last[3] or '', last[4] or '' }
  elseif not ready(j.kind, j.id, presence) then
    verdict = { 'not ready' }
  else
    local group, user
    if j.kind == 'membership' then group, user = sides(j.id) end
    if j.kind == 'membership' and presence == 'deleted' and additions_wait(user) then
      verdict = { 'after additions' }
    else
      redis.call('HSET', key, 'lt', ARGV[1], 'lu', till_then)
      verdict = { 'open', h }
      if j.kind == 'membership' then
        verdict[3] = redis.call('HGET', entity('user', user), 'zid') or ''
        verdict[4] = redis.call('HGET', entity('group', group), 'zid') or ''
      end
    end
  end
  out[i] = verdict
end
return out
`
