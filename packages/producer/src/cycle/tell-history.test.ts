import { describe, expect, it } from 'vitest'
import { summaryWith } from '@provisioner/shared/ledger/cycle-summary.fixture.ts'
import { eventsOfCycle, eventsOfFailure, noteSoFar } from './tell-history.ts'

const quiet = { connection: 'staff', full: false, last: summaryWith({}), failed: false }

describe('of a cycle that has ended the history is told', () => {
  it.each([
    ['nothing, where all was as before', {}, {}, 0],
    [
      'nothing, where as much is held as before',
      { held: { users: 2 } },
      { last: summaryWith({ held: { users: 2 } }) },
      0,
    ],
    ['what it released', { released: { 'create user': 2 } }, {}, 1],
    ['what it adopted', { adopted: 1 }, {}, 1],
    ['what is held anew', { held: { users: 3 } }, { last: summaryWith({ held: { users: 2 } }) }, 1],
    ['what is held no more', {}, { last: summaryWith({ held: { users: 2 } }) }, 1],
    ['that it was a full one', {}, { full: true }, 1],
    ['that it was the first to end well again', {}, { failed: true }, 1],
  ])('%s', (_what, summary, about, told) => {
    const events = eventsOfCycle(summaryWith(summary), { ...quiet, ...about })

    expect(events).toHaveLength(told)
  })
})

describe('of a cycle that failed the history is told', () => {
  const failure = { connection: 'staff', code: 'CYCLE_FAILED', what: 'no', now: 7 }
  const soFar = { cycle: 5, startedAt: 6, full: true, released: { 'suspend user': 1 }, adopted: 0, healed: 0 }

  it('once, with what it fails with', () => {
    const [event] = eventsOfFailure(new Error('no'), { ...failure, isNew: true })

    expect(event).toMatchObject({ startedAt: 7, endedAt: 7, failure: { code: 'CYCLE_FAILED', what: 'no' } })
    expect(eventsOfFailure(new Error('no'), { ...failure, isNew: false })).toEqual([])
  })

  it('each time that it has released something', () => {
    const error = new Error('no')
    noteSoFar(error, soFar)

    const [event] = eventsOfFailure(error, { ...failure, isNew: false })

    expect(event).toMatchObject({ cycle: 5, startedAt: 6, full: true, counts: { released: { 'suspend user': 1 } } })
  })
})
