import { COMMON } from './common.ts'

/**
 * What was released and never applied, for the cycle to look after.
 *
 * ARGV[1] members of `pending` as a JSON array
 * Returns, in that order, {revision, appliedRevision, operation, changed, label, refusal, 1 when its job can run, 1
 * while a write is going on}; an empty list for an entity that has gone, {'unreadable'} for one that can't be read.
 */
export const PENDING = `${COMMON}
local FIELDS = {
  'revision', 'appliedRevision', 'operation', 'changed', 'label', 'refusal', 'presence', 'outstanding', 'leaseUntil',
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
