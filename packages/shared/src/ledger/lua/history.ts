import { APPEND_EVENT } from '../../history/lua/append-event.ts'
import { SHARED_BY_ACCOUNT } from '../keys.ts'

/**
 * Tells the account's stream of events (`../../history/event.ts`) what of an entity has changed in Zendesk, in the step
 * that records it: once it is saved, for a Redis that is full refuses that first.
 */
export const HISTORY = `${APPEND_EVENT}
-- Of a connection's prefix, what is before its name is the account's.
local OF_ACCOUNT = string.match(prefix, '^.*}:') .. '${SHARED_BY_ACCOUNT}:'
local HISTORY = OF_ACCOUNT .. 'history'

-- What is told of an entity besides what a script reads anyway.
local TOLD = { 'label', 'dn', 'operation', 'changed', 'applied', 'origin', 'cycle', 'cause' }

local function with_told(fields)
  for _, field in ipairs(TOLD) do fields[#fields + 1] = field end
  return fields
end

local function array_of(list) return #list == 0 and '[]' or cjson.encode(list) end

-- Of names with commas, which most are without anything that JSON would write otherwise.
local function array_of_names(names)
  if not names or names == '' then return '[]' end
  if not string.find(names, '[^%w_.,]') then return '["' .. string.gsub(names, ',', '","') .. '"]' end
  local list = {}
  for name in string.gmatch(names, '[^,]+') do list[#list + 1] = name end
  return array_of(list)
end

local openings = {}

-- What every change of a connection begins with, by its prefix.
local function opening()
  if not openings[prefix] then
    local connection = cjson.encode(string.match(prefix, '}:([^:]*):$'))
    openings[prefix] = '"type":"change","connection":' .. connection .. ',"kind":"'
  end
  return openings[prefix]
end

local APPLIED = { 'applied' }

-- Who is in a group, or in which groups a user is, as far as Zendesk is known to have it: their ids as JSON.
local function sides_known(kind, id)
  local ids = {}
  for _, m in ipairs(memberships_of(kind, id)) do
    if peek('membership', m, APPLIED).applied then
      local group, user = sides(m)
      ids[#ids + 1] = kind == 'group' and user or group
    end
  end
  return array_of(ids)
end

-- The same, as members of the event of one who loses all memberships in Zendesk.
local function memberships_lost(e)
  if e.kind == 'membership' then return '' end
  return (e.kind == 'group' and ',"members":' or ',"groups":') .. sides_known(e.kind, e.id)
end

local function is_suspended(applied) return string.match(applied, '"presence":"suspended"}$') ~= nil end

-- What was done, by what Zendesk held before and holds since.
local function operation_between(kind, before, after)
  local is_membership = kind == 'membership'
  if not after then return is_membership and 'remove member' or 'delete ' .. kind end
  if not before then return is_membership and 'add member' or 'create ' .. kind end
  if is_membership then return 'add member' end
  if kind == 'group' then return 'rename group' end
  if is_suspended(before) == is_suspended(after) then return 'update user' end
  return is_suspended(after) and 'suspend user' or 'restore user'
end

-- Zendesk's job status of a bulk write; nothing where it has none, or Redis does not know it.
local function job_status_of(e, by)
  local id = e.outstanding == by and unless_wrong_type('HGET', OF_ACCOUNT .. 'job-statuses', by)
  return id and ',"jobStatusId":' .. cjson.encode(id) or ''
end

-- How Zendesk calls what was sent; \`told\` is what a worker told of the entity.
local function sent_as(e, by, told)
  local id = told.requestId
  return job_status_of(e, by) .. (id and ',"requestId":' .. cjson.encode(id) or '')
end

-- change: outcome, before, after, revision, and as known operation, changed (names with commas), cycle, cause, by, more
-- (JSON)
-- Needs what TOLD names, and zendeskId.
local function tell_change(e, change)
  local named = e
  if e.kind == 'membership' and not e.label then
    named = {}
    name_membership(e.id, named)
  end
  local id, cycle = e.zendeskId or change.zendeskId, change.cycle and whole(change.cycle)
  local origin = e.origin or change.origin
  append_event(HISTORY, at, opening()
    .. e.kind .. '","id":' .. cjson.encode(e.id)
    .. ',"label":' .. cjson.encode(named.label or '') .. ',"dn":' .. cjson.encode(named.dn or '')
    .. ',"outcome":"' .. change.outcome
    .. '","operation":' .. cjson.encode(change.operation or operation_between(e.kind, change.before, change.after))
    .. ',"changed":' .. array_of_names(change.changed)
    .. ',"before":' .. (change.before or 'null') .. ',"after":' .. (change.after or 'null')
    .. ',"zendeskId":' .. (id and whole(id) and id or 'null')
    .. ',"revision":' .. text(change.revision)
    .. ',"origin":' .. (origin and cjson.encode(origin) or 'null')
    .. (cycle and ',"cycle":' .. text(cycle) or '')
    .. (change.cause and ',"cause":' .. cjson.encode(change.cause) or '')
    .. (change.by and ',"by":' .. cjson.encode(change.by) or '')
    .. (change.more or '') .. '}')
end

-- The change that was released last, where it is the one of this revision: else it is told by what was done.
local function as_released(e, change)
  if change.revision == e.revision then
    change.operation, change.changed, change.cycle, change.cause = e.operation, e.changed, e.cycle, e.cause
  end
  return change
end
`
