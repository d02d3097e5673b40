import { COMMON } from './common.ts'

/**
 * What the ledger knows of entities, wherever it lies.
 *
 * ARGV[1] kind   ARGV[2] JSON array of ids
 * Returns, in that order, the fields and their values in turn; none where there is nothing, and a text, which says why,
 * where it can't be read. Of a membership at rest the sides tell what a person calls it.
 */
export const READ_ENTITIES = `${COMMON}
local kind, out = ARGV[1], {}
for i, id in ipairs(cjson.decode(ARGV[2])) do
  local e = place(kind, id)
  local f = fields_of(e)
  if f and kind == 'membership' and e.text and e.text ~= '' then name_membership(id, f) end
  local in_turn = {}
  for field, value in pairs(f or {}) do
    in_turn[#in_turn + 1] = field
    in_turn[#in_turn + 1] = value
  end
  out[i] = f and in_turn or e.text and e.text ~= '' and 'its text is none of ours' or 'the key is no hash'
end
return out
`

/**
 * Goes through what a hash of entities lists, some at a time.
 *
 * KEYS[1] the connection's prefix   KEYS[2] the hash   ARGV[1] cursor   ARGV[2] how many
 * Returns the next cursor, and the fields: some may come twice.
 */
export const SCAN_ENTITIES = `
local found = redis.call('HSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
local fields = {}
for i = 1, #found[2], 2 do fields[#fields + 1] = found[2][i] end
return { found[1], fields }
`
