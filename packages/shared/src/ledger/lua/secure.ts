import { COMMON } from './common.ts'

/**
 * The last look before a request goes out: is the lease still ours, and long enough to outlast the request?
 * What is sent, and a bulk call's outstanding write, is recorded in the same step.
 *
 * KEYS[2]  the account's hash of outstanding writes
 * ARGV[1] lease token   ARGV[2] ms that must be left   ARGV[3] JSON array of {kind, id, creation, names, deletes}
 *         creation: {name, externalId} of a creation, as it is sent; else absent
 *         names: of an update or a removal, what it changes, with commas; else absent
 *         deletes: true when what is sent is a deletion
 * ARGV[4] batch id, or ''   ARGV[5] JSON of the outstanding write
 *         the lease goes over to the batch id, and the outstanding write closes the entity
 * ARGV[6] ms that the lease is to last from now on, or ''
 * Returns, in that order, the newest released revision of each that may be sent, else ''. With a batch id it is all
 * or nothing: a batch that lost one entity is not recorded, so that its text never names an entity that it has no lease
 * on.
 */
export const SECURE = `${COMMON}
local FIELDS = {
  'revision', 'lease', 'leaseUntil', 'outstanding', 'unconfirmed', 'unconfirmedBefore', 'deletionSent', 'sentBy',
}
local batch = ARGV[4] ~= '' and ARGV[4] or nil
local till = ARGV[6] ~= '' and at + math.min(tonumber(ARGV[6]), LONGEST_LEASE_MS) or nil
local left = till and 0 or tonumber(ARGV[2])
local out, entities = {}, {}
local all = true
local requests = cjson.decode(ARGV[3])

for i, request in ipairs(requests) do
  local e = read(request.kind, request.id, FIELDS)
  -- sent again after its answer was lost, it finds what it did itself
  e.is_same = batch ~= nil and e.outstanding == batch
  local ours = e.is_same or (e.lease == ARGV[1] and (e.leaseUntil or 0) - at >= left and not e.outstanding)
  entities[i] = e
  out[i] = ours and text(e.revision or 0) or ''
  all = all and ours
end
if batch and not all then return out end

for i, request in ipairs(requests) do
  if out[i] ~= '' then
    local e = entities[i]
    -- Under one lease something follows a deletion only when that was refused: the suspension in its place, or the same
    -- once more with other credentials.
    if not batch and e.deletionSent == ARGV[1] then withdraw(e, ARGV[1]) end
    doubt(e, batch or ARGV[1], request, e.is_same)
    if batch then close(e, batch) end
    if till then lease(e, e.lease, till) end
    save(e)
  end
end
if batch then redis.call('HSET', KEYS[2], batch, ARGV[5]) end
return out
`
