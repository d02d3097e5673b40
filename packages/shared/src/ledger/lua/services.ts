/** Reads JSON that has these fields, by their types. What somebody else has written there counts as nothing. */
const DECODED = `
local function decoded(text, fields)
  local is_json, value = pcall(cjson.decode, text or '')
  if not is_json or type(value) ~= 'table' then return nil end
  for field, type_of in pairs(fields) do
    if type(value[field]) ~= type_of then return nil end
  end
  return value
end
`

/**
 * Puts a fence up against all cycles that have begun, and returns it: a number that no cycle has had, not even one that
 * Redis has forgotten with its last second: µs since the epoch. Of two cycles with one number neither would fence out
 * the other.
 */
const RAISED = `
local function raised(fence)
  local t = redis.call('TIME')
  local at = t[1] * 1000000 + t[2]
  local next = math.max((tonumber(redis.call('GET', fence)) or 0) + 1, at)
  redis.call('SET', fence, string.format('%.0f', next))
  return next
end
`

/** What the scripts about running services share. KEYS[1] is the hash of services: `role|name` → JSON. */
const SERVICES = `${DECODED}
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local found = redis.call('TYPE', KEYS[1]).ok
if found ~= 'hash' and found ~= 'none' then redis.call('DEL', KEYS[1]) end
`

/**
 * Says that a service lives, by the clock of Redis: those of the hosts differ. What has been silent for long is
 * forgotten when a service says so for the first time.
 *
 * ARGV[1] field   ARGV[2] JSON {role, name, connections}   ARGV[3] 1 when it stops, else 0
 * ARGV[4] ms after which a silent one is forgotten
 */
export const BEAT = `${SERVICES}
local service = cjson.decode(ARGV[2])
local before = redis.call('HGET', KEYS[1], ARGV[1])
local known = decoded(before, { startedAt = 'number' })
service.startedAt = known and known.startedAt or now()
service.seenAt = now()
service.stopped = ARGV[3] == '1'
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(service))
if before then return 1 end
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local other = decoded(all[i + 1], { seenAt = 'number' })
  if not other or other.seenAt < now() - tonumber(ARGV[4]) then redis.call('HDEL', KEYS[1], all[i]) end
end
return 1
`

/**
 * Says which configuration a producer has. Returns 0 when it is older than the connection's newest, 1 when it is the
 * newest already, 2 when it is from now on, and 3 when it took over, since no producer with the newest has lived for
 * long. A running cycle of another configuration is fenced out. The rules:
 * docs/decisions/0009-the-last-start-counts.md.
 *
 * KEYS[2] hash of the connection's state   KEYS[3] its fence   KEYS[4] hash of files: where it lies → JSON {print, at}
 * ARGV[1] connection   ARGV[2] the producer's name   ARGV[3] file   ARGV[4] fingerprint
 * ARGV[5] ms after which others take over
 * ARGV[6] ms after which a file that nobody started with is forgotten
 * ARGV[7] 1 when it starts, 0 when it has run before
 */
export const DECLARE = `${SERVICES}${RAISED}
local stored = redis.call('HGET', KEYS[2], 'config')
local newest = decoded(stored, { print = 'string', since = 'number' })
local before = redis.call('HGET', KEYS[4], ARGV[3])
local starts = ARGV[7] == '1'
if starts or not before then redis.call('HSET', KEYS[4], ARGV[3], cjson.encode({ print = ARGV[4], at = now() })) end
local files = redis.call('HGETALL', KEYS[4])
for i = 1, #files, 2 do
  local file = decoded(files[i + 1], { at = 'number' })
  if not file or file.at < now() - tonumber(ARGV[6]) then redis.call('HDEL', KEYS[4], files[i]) end
end

local function become(over)
  redis.call('HSET', KEYS[2], 'config', cjson.encode({ print = ARGV[4], since = now(), by = ARGV[2], over = over }))
  if newest then raised(KEYS[3]) end
end

if newest and newest.print == ARGV[4] then return 1 end
local file = decoded(before, { print = 'string' })
local same = not starts or (file and file.print == ARGV[4])
if not newest or not same or newest.over == ARGV[4] then
  become(nil)
  return newest and 2 or 1
end
local long_ago = now() - tonumber(ARGV[5])
if newest.since > long_ago then return 0 end
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local service = decoded(all[i + 1], { role = 'string', connections = 'table', seenAt = 'number' })
  local is_newest = service and service.role == 'producer' and service.connections[ARGV[1]] == newest.print
  if is_newest and service.seenAt > long_ago then return 0 end
end
become(newest.over or newest.print)
return 3
`

/**
 * Begins a cycle, which fences older ones out. Returns its token; false when the producer's configuration is not the
 * connection's newest. What a Redis that lost its data does not know is told anew.
 *
 * KEYS[1] fence   KEYS[2] hash of the connection's state   KEYS[3] the ledger's layout
 * ARGV[1] fingerprint; empty for a cycle that asks nobody   ARGV[2] the producer's name   ARGV[3] the layout's number
 */
export const BEGIN = `${DECODED}${RAISED}
local stored = decoded(redis.call('HGET', KEYS[2], 'config'), { print = 'string' })
if ARGV[1] ~= '' and stored and stored.print ~= ARGV[1] then return false end
if ARGV[1] ~= '' and not stored then
  local t = redis.call('TIME')
  local at = t[1] * 1000 + math.floor(t[2] / 1000)
  redis.call('HSET', KEYS[2], 'config', cjson.encode({ print = ARGV[1], since = at, by = ARGV[2] }))
end
redis.call('SETNX', KEYS[3], ARGV[3])
return raised(KEYS[1])
`
