import { expect, it } from 'vitest'
import { withoutTouched } from './without-touched.ts'

it.each([
  ['nothing was released of the user: answered', [], [], ['ada']],
  ['it was released before, and nothing now: said with that release alone', ['user|ada'], [], []],
  [
    'it was released before, and again now: answered with this one',
    ['user|ada'],
    [{ kind: 'user' as const, id: 'ada' }],
    ['ada'],
  ],
  ['something else has the id', ['group|ada'], [], ['ada']],
])('%s', (_case, touched, recorded, answered) => {
  const left = withoutTouched(new Map([['ada', 'print']]), new Set(touched), recorded)

  expect([...left.keys()]).toEqual(answered)
})
