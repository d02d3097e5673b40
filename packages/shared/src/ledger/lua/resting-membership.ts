/**
 * A membership at rest, in columns with a space between them:
 *
 *   1  how it came: + we added it, - it was found, * it was found and then released by a cycle; and its revision
 *   2  its id in Zendesk, - where nobody told
 *   3  the user's   4  the group's
 *   5  its first revision, where that is another one
 *
 * Numbers are to the base 36, so that it mostly has less than 64 bytes: Redis keeps a hash of up to 512 such texts as
 * one string (`hash-max-listpack-value`, `hash-max-listpack-entries`).
 */
export const RESTING_MEMBERSHIP = `
local ACTIVE_MEMBER = '{"presence":"active"}'
local MEMBER = '{"groupZendeskId":%s,"membershipZendeskId":%s,"presence":"active","userZendeskId":%s}'
local AS_MEMBER = '^{"groupZendeskId":(%d+),"membershipZendeskId":(%w+),"presence":"active","userZendeskId":(%d+)}$'

local HOW = {
  ['+'] = { origin = 'created', operation = 'add member' },
  ['-'] = { origin = 'adopted' },
  ['*'] = { origin = 'adopted', operation = 'add member' },
}

local DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'

-- Ids and revisions are at most 2^53, up to which Lua's numbers are exact.
local LARGEST = 2 ^ 53

local function short(number)
  local n, out = tonumber(number), ''
  if not n or n > LARGEST then return nil end
  repeat
    local digit = n % 36
    out, n = string.sub(DIGITS, digit + 1, digit + 1) .. out, (n - digit) / 36
  until n == 0
  return out
end

local function long(digits)
  local n = string.match(digits, '^[0-9a-z]+$') and #digits <= 11 and tonumber(digits, 36)
  return n and n <= LARGEST and string.format('%.0f', n) or nil
end

-- Nil where one of its fields is another than memberships have: it stays a hash.
local function pack_membership(f)
  local group, membership, user = string.match(f.applied, AS_MEMBER)
  local is_usual = group and f.desired == ACTIVE_MEMBER and f.presence == 'active' and f.suspendedByUs == '0'
    and (f.changed or '') == '' and not f.role and not f.seen and (f.zendeskId or 'null') == membership
  if not is_usual then return nil end
  local sign
  for how, is in pairs(HOW) do
    if f.origin == is.origin and f.operation == is.operation then sign = how end
  end
  local revision, first = short(f.revision), f.firstRevision ~= f.revision and short(f.firstRevision or '') or ''
  local id, u, g = f.zendeskId and short(membership) or '-', short(user), short(group)
  if not (sign and revision and id and u and g) or not f.firstRevision then return nil end
  return sign .. revision .. ' ' .. id .. ' ' .. u .. ' ' .. g .. (first ~= '' and ' ' .. first or '')
end

local function unpack_membership(packed)
  local sign, revision, id, user, group, first = string.match(packed, '^([+*-])(%w+) (%S+) (%w+) (%w+) ?(%w*)$')
  if not sign then return nil end
  revision, user, group = long(revision), long(user), long(group)
  local membership = id ~= '-' and long(id) or nil
  first = first == '' and revision or long(first)
  if not (revision and user and group and first) or (id ~= '-' and not membership) then return nil end
  return {
    revision = revision, appliedRevision = revision, firstRevision = first, changed = '', suspendedByUs = '0',
    presence = 'active', desired = ACTIVE_MEMBER, zendeskId = membership,
    applied = string.format(MEMBER, group, membership or 'null', user),
    origin = HOW[sign].origin, operation = HOW[sign].operation,
  }
end
`
