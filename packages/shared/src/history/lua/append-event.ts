/**
 * So many events wait in an account's stream at most, while nobody takes them into the history: the oldest make room
 * then, and are counted. One takes 600 to 1,000 bytes of Redis, all of
 * them at most some 250 MB.
 */
export const MAX_EVENTS = 250_000

/** How many of them make room at once: no more go in one XTRIM that need not be exact. */
const ROOM = 10_000

/**
 * Lua that appends to the account's stream of events (`history/event.ts`). What goes wrong there is nobody's reason to
 * stop: the key may be of the wrong type, which the next cycle mends.
 *
 * In a script it stands behind what it tells of, so that a Redis that is full has refused that first.
 */
export const APPEND_EVENT = `
local is_length_known = false

-- event: the members of its JSON but for the time, without the brace before them. Returns the error, or nil.
local function append_event(history, at, event)
  local text = '{"at":' .. string.format('%.0f', at) .. ',' .. event
  local added = redis.pcall('XADD', history, '*', 'event', text)
  if type(added) == 'table' and added.err then return added end
  if is_length_known then return nil end
  is_length_known = true
  if redis.call('XLEN', history) > ${MAX_EVENTS} then
    local dropped = redis.call('XTRIM', history, 'MAXLEN', '~', ${MAX_EVENTS - ROOM})
    redis.pcall('INCRBY', history .. '-lost', dropped)
  end
  return nil
end
`

/**
 * Drops the oldest half of the events, but for so many as cost nothing, and counts them. It needs no room in Redis.
 *
 * KEYS[1] the account's stream   ARGV[1] how many stay in any case
 * Returns how many were dropped.
 */
export const DROP_HALF = `
if redis.call('TYPE', KEYS[1]).ok ~= 'stream' then return 0 end
local length = redis.call('XLEN', KEYS[1])
if length <= tonumber(ARGV[1]) then return 0 end
local kept, dropped = math.max(math.floor(length / 2), tonumber(ARGV[1])), 0
repeat
  local some = redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', kept)
  dropped = dropped + some
until some == 0
if dropped > 0 then redis.pcall('INCRBY', KEYS[1] .. '-lost', dropped) end
return dropped
`

/**
 * Appends events by themselves.
 *
 * KEYS[1] the account's stream   ARGV: each an event as JSON, without its time
 */
export const NOTE_EVENTS = `${APPEND_EVENT}
local t = redis.call('TIME')
local at = t[1] * 1000 + math.floor(t[2] / 1000)
for _, event in ipairs(ARGV) do
  local failed = append_event(KEYS[1], at, string.sub(event, 2))
  if failed and not string.find(failed.err, 'WRONGTYPE', 1, true) then return failed end
end
return 1
`
