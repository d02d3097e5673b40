/** Workers keep what they told for minutes, and for as long as a replica lags: it is remembered so long, ms. */
const FORGOTTEN_MS = 24 * 60 * 60_000

/**
 * The verbs of the ledger: each group of an entity's fields is written by its verbs alone. They change an entity that
 * was read; its `save` writes it, and the sets and hashes beside it. `forget` alone writes at once. docs/ledger.md says
 * when each is used.
 *
 *   verbs                                  fields
 *   mint, desire                           revision firstRevision · desired fingerprint presence operation changed
 *                                          cycle cause
 *   enter, enter_forgotten, forget         dn label, and revision firstRevision
 *   answer, ask_for_plan                   seen
 *   ask_for_look                           the same, or lastAudit of the connection's state
 *   wait_for_write, applied                appliedRevision, and pending
 *   lease, close, free                     lease leaseUntil outstanding
 *   doubt, doubt_before, doubt_late,
 *   settle, withdraw, show                 creationSent lookUpFirst unconfirmed unconfirmedBefore deletionSent sentBy
 *   refuse, allow                          refusal
 *   count_failures, end_failures           failures
 *   entitle                                the connection's hash of entitlements
 */
export const VERBS = `
-- How often the job of what is pending has failed in a row, as JSON.
local function count_failures(e, failures) put(e, 'failures', failures) end

local function end_failures(e) drop(e, 'failures') end

-- The next revision: greater than every one before, also of an entity that was forgotten, and by a clock that was set
-- back. Needs revision, appliedRevision, firstRevision.
local function mint(e)
  local revision = math.max((e.revision or 0) + 1, (e.appliedRevision or 0) + 1, e.firstRevision or 0, at)
  if not e.revision then put(e, 'firstRevision', revision) end
  put(e, 'revision', revision)
end

-- What Zendesk shall hold, which cycle says so, by its token, and why, of what takes something away. One that finds it
-- there already has no operation for it.
local function desire(e, wanted)
  put(e, 'desired', wanted.desired)
  put(e, 'fingerprint', wanted.fingerprint)
  put(e, 'presence', wanted.presence)
  if wanted.operation then
    put(e, 'operation', wanted.operation)
    put(e, 'changed', wanted.changed)
    put(e, 'cycle', ARGV[1])
    if wanted.cause then put(e, 'cause', wanted.cause) elseif e.cause then drop(e, 'cause') end
  end
end

local function enter(e, named)
  put(e, 'dn', named.dn)
  put(e, 'label', named.label)
end

-- Redis has forgotten the entity, and a worker tells what it made, or may have made. Nobody else knows of that by now:
-- it would outlive its entry, and a group that is renamed meanwhile would be looked for under its new name and made
-- once more. As of an object that a cycle found, nothing was ever released of it: the next cycle plans it, or sees that
-- its entry has left. Whether that was done: an entity that is rightly forgotten stays so. Needs revision.
local function enter_forgotten(e, revision, label)
  local forgotten_at = tonumber(try('ZSCORE', prefix .. 'forgotten', member_of(e)) or 0)
  if e.revision or e.is_unreadable or (revision or 0) < forgotten_at then return false end
  put(e, 'revision', 0)
  put(e, 'firstRevision', revision)
  enter(e, { dn = '', label = label })
  return true
end

local function wait_for_write(e, since)
  after(e, function() try('ZADD', prefix .. 'pending', since, member_of(e)) end)
end

-- A revision is written, or will never be. Needs revision.
local function applied(e, revision)
  put(e, 'appliedRevision', revision)
  if revision < e.revision then return end
  end_failures(e)
  after(e, function() try('ZREM', prefix .. 'pending', member_of(e)) end)
end

-- The entity needs no plan while its entry reads as it does now; with nil it does. Who is unknown may be answered too.
local function answer(e, print)
  if e.is_unreadable then return end
  if e.revision then
    if print then put(e, 'seen', print) else drop(e, 'seen') end
  elseif e.kind == 'user' then
    if print then try('HSET', prefix .. 'seen', e.id, print) else try('HDEL', prefix .. 'seen', e.id) end
  end
end

-- The next cycle plans the entity anew, though its entry may read as before.
local function ask_for_plan(e) answer(e, nil) end

-- The next cycle finds out what Zendesk holds: it plans the user, or reads the groups and who is in them.
local function ask_for_look(e)
  if e.kind == 'user' then return ask_for_plan(e) end
  try('HDEL', prefix .. 'state', 'lastAudit')
end

local function solve_write_problem(kind, id) try('HDEL', prefix .. 'problems', 'write|' .. kind .. '|' .. id) end

-- What is told of it later, by who told it before, is of no entity any more.
local function note_forgotten(kind, id)
  try('ZREMRANGEBYSCORE', prefix .. 'forgotten', '-inf', at - ${FORGOTTEN_MS})
  try('ZADD', prefix .. 'forgotten', at, kind .. '|' .. id)
end

-- What a user had who loses their seat, or what of it is still to be given back; '' for nothing.
local function entitle(id, entitlements)
  if entitlements == '' then
    try('HDEL', prefix .. 'entitlements', id)
  else
    try('HSET', prefix .. 'entitlements', id, entitlements)
  end
end

local function forget(kind, id)
  redis.call('DEL', entity_key(kind, id))
  local list, field = list_of(kind, id)
  try('HDEL', list, field)
  if kind == 'user' then
    try('HDEL', prefix .. 'seen', id)
    entitle(id, '')
  end
  if kind == 'membership' then forget_member(id) else note_forgotten(kind, id) end
  try('ZREM', prefix .. 'pending', kind .. '|' .. id)
  solve_write_problem(kind, id)
end

-- Zendesk drops the memberships of a group or user that is deleted, and of an agent who becomes an end user.
local function forget_memberships(kind, id)
  for _, m in ipairs(memberships_of(kind, id)) do forget('membership', m) end
end

local function lease(e, by, till)
  put(e, 'lease', by)
  put(e, 'leaseUntil', till)
end

-- The lease goes over to a bulk write, which does not end by itself.
local function close(e, batch)
  put(e, 'lease', batch)
  put(e, 'outstanding', batch)
end

-- Ends what a lease token or a batch id has of the entity. Needs lease, outstanding.
local function free(e, by)
  if e.lease == by then drop(e, 'lease', 'leaseUntil') end
  if e.outstanding == by then drop(e, 'outstanding') end
end

-- Names, with commas, each once, in their order.
local function names_of(...)
  local list, known = {}, {}
  for _, names in ipairs({ ... }) do
    for name in string.gmatch(names, '[^,]+') do
      if not known[name] then list[#list + 1] = name end
      known[name] = true
    end
  end
  return table.concat(list, ',')
end

-- A request is about to go out, and until its answer is recorded nobody knows whether it took effect. Of requests
-- before it the same is true all along. Sent again under the same name, it is still the same request.
-- Needs unconfirmed, unconfirmedBefore, deletionSent.
local function doubt(e, by, request, is_same)
  if request.creation or request.names then
    if e.unconfirmed and not is_same then
      put(e, 'unconfirmedBefore', names_of(e.unconfirmedBefore or '', e.unconfirmed))
      drop(e, 'unconfirmed')
    end
    put(e, 'sentBy', by)
  end
  if request.creation then
    local made = request.creation
    put(e, 'creationSent', cjson.encode({ at = made.at or at, name = made.name, externalId = made.externalId }))
    drop(e, 'lookUpFirst')
  end
  if request.names then put(e, 'unconfirmed', request.names) end
  if request.deletes then put(e, 'deletionSent', e.deletionSent or by) end
end

-- A request that Redis forgot, and so let a newer one pass, may have set back what it names: that is written again.
-- Where the newer one's release is forgotten, what is desired is older: a cycle says what is to be written.
-- Needs unconfirmed, unconfirmedBefore, revision, appliedRevision.
local function doubt_late(e, by, names)
  put(e, 'unconfirmedBefore', names_of(e.unconfirmedBefore or '', e.unconfirmed or '', names))
  drop(e, 'unconfirmed')
  put(e, 'sentBy', by)
  if e.appliedRevision > e.revision then return ask_for_look(e) end
  put(e, 'appliedRevision', math.min(e.appliedRevision, e.revision - 1))
  wait_for_write(e, e.revision)
end

-- What requests before the last one named, told again. Needs unconfirmedBefore, sentBy.
local function doubt_before(e, by, names)
  put(e, 'unconfirmedBefore', names_of(e.unconfirmedBefore or '', names))
  if not e.sentBy then put(e, 'sentBy', by) end
end

-- It is known what the object holds, or there is none any more.
local function settle(e)
  drop(e, 'creationSent', 'lookUpFirst', 'unconfirmed', 'unconfirmedBefore', 'deletionSent', 'sentBy')
end

-- What was sent last under this name cannot have taken effect. What requests before it named stays unconfirmed, and a
-- deletion of somebody else's among them as well. Needs sentBy, unconfirmedBefore, deletionSent.
local function withdraw(e, by)
  if e.sentBy ~= by then return end
  drop(e, 'creationSent', 'unconfirmed')
  if not e.unconfirmedBefore or e.deletionSent == by then drop(e, 'deletionSent') end
end

-- Zendesk had the object just now: no deletion that was sent before took effect.
local function show(e) drop(e, 'deletionSent') end

-- Zendesk's lasting refusal of what is pending. Needs revision, appliedRevision.
local function refuse(e, refusal)
  if is_pending(e) then put(e, 'refusal', refusal) end
end

-- What was refused may be asked anew, and at once.
local function allow(e)
  drop(e, 'refusal')
  end_failures(e)
end
`
