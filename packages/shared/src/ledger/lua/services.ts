/** What the scripts about running services share. KEYS[1] is the hash of services: `role|name` → JSON. */
const SERVICES = `
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- Which configuration a service has of the connection, while it lives; nil for any other.
local function lives_with(text, connection, silent)
  local service = cjson.decode(text)
  if service.stopped or service.seenAt < now() - silent then return nil end
  return service.connections[connection]
end
`

/**
 * Says that a service lives, by the clock of Redis: those of the hosts differ. What has been silent for long is forgotten
 * when a service says so for the first time.
 *
 * ARGV[1] field   ARGV[2] JSON {role, name, connections}   ARGV[3] 1 when it stops, else 0   ARGV[4] ms after which a silent one is forgotten
 */
export const BEAT = `${SERVICES}
local service = cjson.decode(ARGV[2])
local before = redis.call('HGET', KEYS[1], ARGV[1])
service.startedAt = before and cjson.decode(before).startedAt or now()
service.seenAt = now()
service.stopped = ARGV[3] == '1'
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(service))
if before then return 1 end
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if cjson.decode(all[i + 1]).seenAt < now() - tonumber(ARGV[4]) then redis.call('HDEL', KEYS[1], all[i]) end
end
return 1
`

/**
 * Says with which configuration a producer starts. Returns 1 when that is the connection's newest from now on, or was
 * already; 0 when the producer is older: its file reads as it did at its last start, another one has been rolled out since,
 * and a producer that has that one lives. A running cycle of an older one is fenced out.
 *
 * KEYS[2] hash of the connection's state   KEYS[3] its fence   KEYS[4] hash of files: where it lies → JSON {print, at}
 * ARGV[1] connection   ARGV[2] the producer's name   ARGV[3] file   ARGV[4] fingerprint   ARGV[5] ms after which a silent producer is dead
 * ARGV[6] ms after which a file that nobody started with is forgotten
 */
export const DECLARE = `${SERVICES}
local stored = redis.call('HGET', KEYS[2], 'config')
local newest = stored and cjson.decode(stored)
local before = redis.call('HGET', KEYS[4], ARGV[3])
redis.call('HSET', KEYS[4], ARGV[3], cjson.encode({ print = ARGV[4], at = now() }))
local files = redis.call('HGETALL', KEYS[4])
for i = 1, #files, 2 do
  if cjson.decode(files[i + 1]).at < now() - tonumber(ARGV[6]) then redis.call('HDEL', KEYS[4], files[i]) end
end
if newest and newest.print == ARGV[4] then return 1 end
if newest and before and cjson.decode(before).print == ARGV[4] then
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 9) == 'producer|' and all[i] ~= 'producer|' .. ARGV[2]
      and lives_with(all[i + 1], ARGV[1], tonumber(ARGV[5])) == newest.print then return 0 end
  end
end
redis.call('HSET', KEYS[2], 'config', cjson.encode({ print = ARGV[4], since = now(), by = ARGV[2] }))
if newest then redis.call('INCR', KEYS[3]) end
return 1
`

/**
 * Begins a cycle, which fences older ones out. Returns its token; false when the producer's configuration is not the
 * connection's newest. What a Redis that lost its data does not know is told anew.
 *
 * KEYS[1] fence   KEYS[2] hash of the connection's state
 * ARGV[1] fingerprint; empty for a cycle that asks nobody   ARGV[2] the producer's name
 */
export const BEGIN = `
local stored = redis.call('HGET', KEYS[2], 'config')
if ARGV[1] ~= '' and stored and cjson.decode(stored).print ~= ARGV[1] then return false end
if ARGV[1] ~= '' and not stored then
  local t = redis.call('TIME')
  local at = t[1] * 1000 + math.floor(t[2] / 1000)
  redis.call('HSET', KEYS[2], 'config', cjson.encode({ print = ARGV[1], since = at, by = ARGV[2] }))
end
return redis.call('INCR', KEYS[1])
`
