/** Something that an operator may do on the board. */
export interface BoardAction {
  /** As the audit log calls it. */
  readonly name: string
  /** Not on the queue of cycles: its schedulers and its concurrency of one belong to the producer. */
  readonly changesOnly?: boolean
}

/**
 * Every request that may change something, by method and Bull Board's route. What is not in this list is refused:
 * jobs are added and described by the producer alone, rate limits and concurrency would work against the account's
 * budget, and a route that a later Bull Board adds has to be thought about first.
 */
const ACTIONS: Readonly<Record<string, BoardAction>> = {
  'PUT /api/queues/pause': { name: 'pause all queues' },
  'PUT /api/queues/resume': { name: 'resume all queues' },
  'PUT /api/queues/:queueName/pause': { name: 'pause queue' },
  'PUT /api/queues/:queueName/resume': { name: 'resume queue' },
  'PUT /api/queues/:queueName/empty': { name: 'empty queue' },
  'PUT /api/queues/:queueName/obliterate': { name: 'obliterate queue', changesOnly: true },
  'PUT /api/queues/:queueName/retry/:queueStatus': { name: 'retry all jobs' },
  'PUT /api/queues/:queueName/promote': { name: 'promote all jobs', changesOnly: true },
  'PUT /api/queues/:queueName/clean/:queueStatus': { name: 'remove all jobs' },
  'PUT /api/queues/:queueName/:jobId/retry': { name: 'retry job' },
  'PUT /api/queues/:queueName/:jobId/promote': { name: 'promote job', changesOnly: true },
  'PUT /api/queues/:queueName/:jobId/clean': { name: 'remove job' },
  'PUT /api/queues/:queueName/job-schedulers/:schedulerId/run': { name: 'run now' },
}

/** The action behind a method and a route below the board's prefix; undefined when it is not allowed. */
export function boardAction(method: string, route: string): BoardAction | undefined {
  return ACTIONS[`${method} ${route}`]
}
