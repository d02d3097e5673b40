import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { meanwhile } from './meanwhile.ts'

const { signal } = new AbortController()
/** Ends as it is told to, or with its signal. */
const longTask = () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const task = (until: AbortSignal) => {
    until.addEventListener('abort', () => reject(until.reason as Error))
    return promise
  }
  return { task, resolve, reject }
}

it('repeats one thing until the other has ended, and gives what that gave', async () => {
  const { task, resolve } = longTask()
  let times = 0
  const again = async () => {
    if (++times === 3) resolve('found')
  }

  expect(await meanwhile(task, { every: 1, again, signal })).toBe('found')
  expect(times).toBe(3)
})

it('does not wait for the next time when the task has ended', async () => {
  expect(await meanwhile(async () => 'found', { every: 3_600_000, again: () => sleep(3_600_000), signal })).toBe(
    'found',
  )
})

it('lets what was begun end, and throws what the task threw', async () => {
  const { task, reject } = longTask()
  let hasEnded = false
  const again = async () => {
    reject(new Error('Zendesk is away'))
    await sleep(20)
    hasEnded = true
  }

  await expect(meanwhile(task, { every: 1, again, signal })).rejects.toThrow('Zendesk is away')
  expect(hasEnded).toBe(true)
})

it('ends the task when the other fails, and throws that', async () => {
  const { task } = longTask()
  const again = async () => {
    throw new Error('fenced')
  }

  await expect(meanwhile(task, { every: 1, again, signal })).rejects.toThrow('fenced')
})

it('ends with its own signal', async () => {
  const stopping = new AbortController()
  const { task } = longTask()
  const again = async () => stopping.abort(new Error('stopping'))

  await expect(meanwhile(task, { every: 1, again, signal: stopping.signal })).rejects.toThrow('stopping')
})
