import { COMMON } from './common.ts'

/**
 * Lists entities that have a hash of their own, where what listed them was lost. ARGV[1] kind   ARGV[2] JSON array of
 * ids
 */
export const LIST_ANEW = `${COMMON}
for _, id in ipairs(cjson.decode(ARGV[2])) do
  local e = read(ARGV[1], id, { 'revision', 'appliedRevision' })
  if not e.text then enlist(e) end
  if is_pending(e) then redis.call('ZADD', prefix .. 'pending', 'NX', text(e.revision), member_of(e)) end
end
return 1
`

/** Notes who is in a group, by its list of members. ARGV[1] the group's id */
export const NOTE_MEMBERS = `${COMMON}
for _, id in ipairs(memberships_of('group', ARGV[1])) do note_member(id) end
return 1
`

/**
 * The Zendesk ids of users or groups that a connection lists, some at a time.
 *
 * ARGV[1] kind   ARGV[2] cursor
 * Returns the next cursor, and {id, Zendesk id or ''} of some entities in turn; some may come twice.
 */
export const LINKED = `${COMMON}
local found = unless_wrong_type('HSCAN', prefix .. ARGV[1] .. 's', ARGV[2], 'COUNT', 500) or { '0', {} }
local out = {}
for i = 1, #found[2], 2 do
  local id = found[2][i]
  out[#out + 1] = id
  out[#out + 1] = peek(ARGV[1], id, { 'zendeskId' }).zendeskId or ''
end
return { found[1], out }
`
