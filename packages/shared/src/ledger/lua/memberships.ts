/** What joins memberships to their users and groups: their ids, and whether one can be written. */
export const MEMBERSHIPS = `
local function is_team(role) return role == 'agent' or role == 'admin' end

local GROUP_SIDE, USER_SIDE = { 'zendeskId' }, { 'zendeskId', 'role' }

-- A user whom no entry of this connection has is named by Zendesk's id. Who puts one into a group has found them among
-- the team members of another connection.
local function user_side(user)
  local unowned = string.match(user, '^zendesk%-(%d+)$')
  if unowned then return { zendeskId = unowned, role = 'agent' } end
  return peek('user', user, USER_SIDE)
end

-- Whether both sides of a membership are linked, and the user is a team member: else Zendesk would refuse it.
local function are_sides_linked(id)
  local group, user = sides(id)
  if not peek('group', group, GROUP_SIDE).zendeskId then return false end
  local u = user_side(user)
  return u.zendeskId ~= nil and is_team(u.role)
end

-- Whether the job of an entity can run: an addition needs both sides, a removal needs nothing but itself.
local function is_ready(kind, id, presence)
  return kind ~= 'membership' or presence == 'deleted' or are_sides_linked(id)
end

local ADDITION = { 'revision', 'appliedRevision', 'presence', 'refusal' }

-- Whether an addition is pending that can be written.
local function is_ready_addition(m)
  return is_pending(m) and m.presence == 'active' and are_sides_linked(m.id)
end

-- Adds the memberships of a user or group whose additions can be written now, as {id, revision}. Those of a user wait
-- while they are no team member.
local function add_ready(kind, id, role, out)
  if kind == 'user' and not is_team(role) then return end
  for _, m in ipairs(memberships_of(kind, id)) do
    local addition = read('membership', m, ADDITION)
    if is_ready_addition(addition) then out[#out + 1] = { m, text(addition.revision) } end
  end
end
`
