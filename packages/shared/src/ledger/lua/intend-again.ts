import { COMMON } from './common.ts'

/**
 * Marks creations as sent that a crash of Redis may have forgotten. Whoever is linked, or marked, stays as is.
 *
 * ARGV[1] by: the lease token or the batch id that sent them
 * ARGV[2] JSON array of {kind, id, creation: {at (ms), name, externalId}}
 */
export const INTEND_AGAIN = `${COMMON}
local FIELDS = { 'revision', 'zendeskId', 'creationSent', 'lookUpFirst', 'unconfirmed', 'unconfirmedBefore' }
for _, request in ipairs(cjson.decode(ARGV[2])) do
  local e = read(request.kind, request.id, FIELDS)
  if e.revision and not e.zendeskId and not e.creationSent and not e.lookUpFirst then
    doubt(e, ARGV[1], request)
    save(e)
  end
end
return 1
`

/**
 * Takes marks back: what they stand for was refused, and made nothing. Said again after `INTEND_AGAIN`, as it was at
 * first.
 *
 * ARGV[1] by: who set them   ARGV[2] JSON array of {kind, id}
 */
export const NOT_INTENDED = `${COMMON}
for _, marked in ipairs(cjson.decode(ARGV[2])) do
  local e = read(marked.kind, marked.id, { 'sentBy' })
  withdraw_creation(e, ARGV[1])
  save(e)
end
return 1
`
