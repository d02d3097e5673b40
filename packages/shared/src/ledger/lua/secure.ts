import { COMMON } from './common.ts'

/**
 * The last look before a request goes out: is the lease still ours, and long enough to outlast the request?
 * A creation's intent, what an update names, or a bulk call's outstanding write, is recorded in the same step.
 *
 * KEYS[2]  the account's hash of outstanding writes
 * ARGV[1] lease token   ARGV[2] ms that must be left   ARGV[3] JSON array of {kind, id, intent, sent, deletes}
 *         intent: of a creation, what is sent (JSON text); else absent
 *         sent: of an update or a removal, the names of what it changes, with commas; else absent
 *         deletes: true when what is sent is a deletion
 * ARGV[4] batch id, or ''   ARGV[5] JSON of the outstanding write
 *         the lease goes over to the batch id, and the outstanding write closes the entity
 * ARGV[6] ms that the lease is to last from now on, or ''
 * Returns, in that order, 1 for each that may be sent, else 0. With a batch id it is all or nothing: a batch that
 * lost one entity is not recorded, so that its text never names an entity it does not hold.
 */
export const SECURE = `${COMMON}
local out = {}
local at = now()
local all = true
local before = {}
local refs = cjson.decode(ARGV[3])
local batch = ARGV[4] ~= '' and ARGV[4] or nil
local extended = ARGV[6] ~= '' and text(at + tonumber(ARGV[6])) or nil
local left = extended and 0 or tonumber(ARGV[2])
local since = text(at) .. ' '

-- Names with others, each once.
local function with(names, others)
  for name in string.gmatch(others, '[^,]+') do
    if not string.find(',' .. names .. ',', ',' .. name .. ',', 1, true) then names = names .. ',' .. name end
  end
  return names
end

for i, e in ipairs(refs) do
  local h = redis.call('HMGET', entity(e.kind, e.id), 'lt', 'lu', 'wr', 'sent')
  -- sent again after its answer was lost, it finds what it did itself
  local again = batch and h[3] == batch
  local held = again or (h[1] == ARGV[1] and tonumber(h[2] or '0') - at >= left and not h[3])
  out[i] = held and 1 or 0
  before[i] = not again and h[4] or nil
  all = all and held
end
if batch and not all then return out end
for i, e in ipairs(refs) do
  if out[i] == 1 then
    local fields, n = {}, 0
    local function set(name, value)
      fields[n + 1], fields[n + 2] = name, value
      n = n + 2
    end
    if e.intent then set('intent', since .. e.intent) end
    if e.sent then set('sent', before[i] and '+' .. with(string.gsub(before[i], '%+', ''), e.sent) or e.sent) end
    if e.deletes then set('deleting', '1') end
    if e.intent or e.sent then set('by', batch or ARGV[1]) end
    if batch then
      set('lt', batch)
      set('wr', batch)
    end
    if extended then set('lu', extended) end
    if n > 0 then redis.call('HSET', entity(e.kind, e.id), unpack(fields)) end
  end
end
if batch then redis.call('HSET', KEYS[2], batch, ARGV[5]) end
return out
`
