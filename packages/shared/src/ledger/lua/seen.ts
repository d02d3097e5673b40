import { COMMON } from './common.ts'

/**
 * The fingerprints that users' entries are answered by: of somebody whom the ledger knows beside the rest, of others in
 * the hash `seen`.
 *
 * ARGV[1] JSON array of user ids
 * Returns, in that order, the fingerprint or false.
 */
export const SEEN = `${COMMON}
local FIELDS = { 'seen' }
local out = {}
for i, id in ipairs(cjson.decode(ARGV[1])) do
  local e = peek('user', id, FIELDS)
  out[i] = e.seen or not e.text and try('HGET', prefix .. 'seen', id) or false
end
return out
`

/**
 * Notes which users need no plan until their entry changes, and which do.
 *
 * ARGV[1] fencing token   ARGV[2] JSON array of {id, print}; print '' has the user planned anew
 */
export const ANSWER = `${COMMON}
local fenced = check_fence(ARGV[1])
if fenced then return fenced end
for _, one in ipairs(cjson.decode(ARGV[2])) do
  local e = read('user', one.id, { 'revision' })
  answer(e, one.print ~= '' and one.print or nil)
  save(e)
end
return {}
`

/** Has the next cycle plan an entity, though its entry may read as it did before. ARGV[1] kind   ARGV[2] id */
export const ASK_FOR_PLAN = `${COMMON}
local e = read(ARGV[1], ARGV[2], { 'revision' })
ask_for_plan(e)
save(e)
return 1
`
