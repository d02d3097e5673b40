/**
 * The sides of a membership, and what tells who is in which groups: the group's hash lists its members (`entity.ts`),
 * a hash the groups of each user, and a set the groups that have members.
 */
export const SIDES = `
local function sides(id)
  -- an id without one is of no membership that there is
  local tilde = string.find(id, '~', 1, true) or #id + 1
  return string.sub(id, 1, tilde - 1), string.sub(id, tilde + 1)
end

local GROUPS_OF, WITH_MEMBERS = 'groups-of', 'groups-with-members'

-- By looking into every group: for what some hand has left in the place of a list.
local function find_groups_of(user)
  local groups = {}
  for _, group in ipairs(try('SMEMBERS', prefix .. WITH_MEMBERS) or {}) do
    if try('HEXISTS', prefix .. 'members:' .. group, user) == 1 then groups[#groups + 1] = group end
  end
  return groups
end

local function groups_of(user)
  local list = try('HGET', prefix .. GROUPS_OF, user)
  if not list then return {} end
  local is_json, groups = pcall(cjson.decode, list)
  if not is_json or type(groups) ~= 'table' then return find_groups_of(user) end
  for _, group in pairs(groups) do
    if type(group) ~= 'string' then return find_groups_of(user) end
  end
  return groups
end

local function note_groups(user, groups)
  if #groups == 0 then return try('HDEL', prefix .. GROUPS_OF, user) end
  try('HSET', prefix .. GROUPS_OF, user, cjson.encode(groups))
end

-- The group lists the membership by now.
local function note_member(id)
  local group, user = sides(id)
  try('SADD', prefix .. WITH_MEMBERS, group)
  local groups = groups_of(user)
  for _, known in ipairs(groups) do
    if known == group then return end
  end
  groups[#groups + 1] = group
  note_groups(user, groups)
end

-- The group lists it no more.
local function forget_member(id)
  local group, user = sides(id)
  if try('HLEN', prefix .. 'members:' .. group) == 0 then try('SREM', prefix .. WITH_MEMBERS, group) end
  local left = {}
  for _, known in ipairs(groups_of(user)) do
    if known ~= group then left[#left + 1] = known end
  end
  note_groups(user, left)
end

-- Ids of the memberships of a group or user; none of a membership.
local function memberships_of(kind, id)
  local ids = {}
  if kind == 'group' then
    for _, user in ipairs(try('HKEYS', prefix .. 'members:' .. id) or {}) do ids[#ids + 1] = id .. '~' .. user end
  elseif kind == 'user' then
    for _, group in ipairs(groups_of(id)) do ids[#ids + 1] = group .. '~' .. id end
  end
  return ids
end
`
