/**
 * Remembers which job status an outstanding write led to; of one that is settled there is nothing to remember.
 *
 * KEYS[1] the account's hash of outstanding writes   KEYS[2] of their job statuses
 * ARGV[1] batch id   ARGV[2] job status id
 */
export const JOB_STATUS = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then redis.call('HSET', KEYS[2], ARGV[1], ARGV[2]) end
return 1
`
