import { describe, expect, it } from 'vitest'
import { changeQueueName, cycleQueueName, isRemovalQueue, QUEUE_OF } from './queues.ts'

describe('The queues of a connection', () => {
  it.each(Object.entries(QUEUE_OF))('%s waits on %s', (operation, queue) => {
    const takesAway = ['suspend user', 'delete user', 'remove member'].includes(operation)

    expect(isRemovalQueue(queue)).toBe(takesAway)
    expect(changeQueueName('staff', queue)).toBe(`staff.${queue}`)
  })

  it('have one beside them for cycles', () => {
    expect(cycleQueueName('staff')).toBe('staff.cycle')
  })
})
