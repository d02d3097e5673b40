import { RECORD_FIELDS } from '../record.ts'
import { COMMON } from './common.ts'

const LUA_FIELDS = [...RECORD_FIELDS, 'lease', 'leaseUntil', 'outstanding'].map((field) => `'${field}'`).join(', ')

/**
 * Opens the entities of pulled jobs for writing: takes a lease on each that may be written now.
 *
 * ARGV[1] lease token   ARGV[2] lease, ms   ARGV[3] JSON array of {kind, id}
 * Returns, in that order, {verdict, detail…}:
 *   open, values of RECORD_FIELDS and more    the lease is taken
 *   gone                             the ledger knows no such entity, or can't read it
 *   (what Zendesk refused is opened as well: a job that comes again asks again)
 *   done, applied revision, operation, label, changed names, Zendesk id   nothing newer is released than is applied
 *   leased, until (ms)               another worker writes it
 *   outstanding, batch id            a bulk write that includes it has not ended
 *   not ready                        a membership whose sides are not linked, or no team member
 *   after additions                  a removal that has to wait for the user's additions
 */
export const OPEN = `${COMMON}
local FIELDS = { ${LUA_FIELDS} }
local till = at + math.min(tonumber(ARGV[2]), LONGEST_LEASE_MS)

local function additions_wait(user)
  for _, m in ipairs(memberships_of('user', user)) do
    local addition = read('membership', m, ADDITION)
    if not addition.refusal and is_ready_addition(addition) then return true end
  end
  return false
end

local function open(kind, id)
  local e = read(kind, id, FIELDS)
  if not e.revision then return { 'gone' } end
  if e.outstanding then return { 'outstanding', e.outstanding } end
  if is_busy(e) and e.lease and e.lease ~= ARGV[1] then return { 'leased', text(e.leaseUntil) } end
  if not is_pending(e) then
    if e.kind == 'membership' and not e.label then name_membership(e.id, e) end
    local last = { e.operation or '', e.label or '', e.changed or '', e.zendeskId or '' }
    return { 'done', text(e.appliedRevision or 0), unpack(last) }
  end
  if not is_ready(kind, id, e.presence) then return { 'not ready' } end
  if kind ~= 'membership' then
    lease(e, ARGV[1], till)
    save(e)
    return { 'open', e.values }
  end
  local group, user = sides(id)
  if e.presence == 'deleted' and additions_wait(user) then return { 'after additions' } end
  lease(e, ARGV[1], till)
  save(e)
  local user_id = user_side(user).zendeskId or ''
  local group_id = peek('group', group, { 'zendeskId' }).zendeskId or ''
  return { 'open', e.values, user_id, group_id }
end

local out = {}
for i, job in ipairs(cjson.decode(ARGV[3])) do out[i] = open(job.kind, job.id) end
return out
`
