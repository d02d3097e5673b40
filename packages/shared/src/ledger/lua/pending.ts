import { COMMON } from './common.ts'

/**
 * What was released and never applied, for the cycle to look after.
 *
 * ARGV[1] members of `pending` as a JSON array
 * Returns, in that order, {revision, appliedRevision, operation, changed, label, refusal, 1 when its job can run, 1
 * while a write is going on, dn, failures}; an empty list for an entity that has gone, {'unreadable'} for one that
 * can't be read.
 */
export const PENDING = `${COMMON}
local FIELDS = {
  'revision', 'appliedRevision', 'operation', 'changed', 'label', 'refusal', 'presence', 'outstanding', 'leaseUntil',
  'dn', 'failures',
}
local out = {}
for i, member in ipairs(cjson.decode(ARGV[1])) do
  local bar = string.find(member, '|', 1, true)
  local e = read(string.sub(member, 1, bar - 1), string.sub(member, bar + 1), FIELDS)
  if e.is_unreadable then
    out[i] = { 'unreadable' }
  elseif not e.revision or not e.operation then
    try('ZREM', prefix .. 'pending', member)
    out[i] = {}
  else
    out[i] = {
      text(e.revision), text(e.appliedRevision or 0), e.operation, e.changed or '', e.label or '', e.refusal or '',
      is_ready(e.kind, e.id, e.presence) and 1 or 0, is_busy(e) and 1 or 0,
      e.dn or '', e.failures or '',
    }
  end
end
return out
`

/**
 * Gives entities a new revision at the same desired state, because the job of the old one ended without a write.
 *
 * ARGV[1] fencing token   ARGV[2] JSON array of {kind, id, revision}: only while `revision` is still the newest
 * Returns, in that order, the new revision, or '' where nothing was to do.
 */
export const REISSUE = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end
local out = {}
for i, stale in ipairs(cjson.decode(ARGV[2])) do
  local e = read(stale.kind, stale.id, { 'revision', 'appliedRevision', 'firstRevision' })
  if is_pending(e) and e.revision == stale.revision then
    mint(e)
    allow(e)
    save(e)
    out[i] = text(e.revision)
  else
    out[i] = ''
  end
end
return out
`

/**
 * Counts what became of jobs that failed, and tells it with the problem that the write has.
 *
 * ARGV[1] fencing token
 * ARGV[2] JSON array of {kind, id, revision, failures (JSON text), problem (JSON text) or '', failing}: only while
 *         `revision` waits
 *         problem: what is told in the place of what was; '' where a worker has told why Zendesk refuses it, and
 *         `failing` goes with that
 */
export const COUNT_FAILURES = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end

local function tell(one)
  local field = 'write|' .. one.kind .. '|' .. one.id
  if one.problem ~= '' then return try('HSET', prefix .. 'problems', field, one.problem) end
  local is_json, told = pcall(cjson.decode, try('HGET', prefix .. 'problems', field) or '')
  if not is_json or type(told) ~= 'table' then return end
  told.failing = one.failing
  try('HSET', prefix .. 'problems', field, cjson.encode(told))
end

for _, one in ipairs(cjson.decode(ARGV[2])) do
  local e = read(one.kind, one.id, { 'revision', 'appliedRevision' })
  if is_pending(e) and e.revision == one.revision then
    count_failures(e, one.failures)
    after(e, function() tell(one) end)
    save(e)
  end
end
return {}
`
