import { COMMON } from './common.ts'

/**
 * Sets entities aside that can't be read: what is there is kept under another name for a while, for people to look at,
 * and the ledger knows the entity no more. Its Zendesk object stays its own.
 *
 * ARGV[1] fencing token   ARGV[2] JSON array of {kind, id}   ARGV[3] ms that it is kept
 * Returns, in that order, {dn, label}, as far as they can be read; false for one that a write is going on at.
 */
export const SET_ASIDE = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end
local out = {}
for i, one in ipairs(cjson.decode(ARGV[2])) do
  local e = read(one.kind, one.id, { 'dn', 'label', 'outstanding', 'leaseUntil' })
  if is_busy(e) then
    out[i] = false
  else
    local aside = prefix .. 'set-aside:' .. member_of(e)
    if e.text and e.text ~= '' then
      redis.call('SET', aside, e.text, 'PX', ARGV[3])
    elseif redis.call('EXISTS', e.key) == 1 then
      redis.call('RENAME', e.key, aside)
      redis.call('PEXPIRE', aside, ARGV[3])
    end
    forget(e.kind, e.id)
    out[i] = { e.dn or '', e.label or '' }
  end
end
return out
`
