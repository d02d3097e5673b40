import { expect, it } from 'vitest'
import { sentence, sentences } from './sentence.ts'

it.each([
  ['it is so', 'it is so.'],
  ['check that the server runs.', 'check that the server runs.'],
  ["did you mean 'mail'?", "did you mean 'mail'?"],
])('%s has one end', (text, whole) => {
  expect(sentence(text)).toBe(whole)
})

it('joins what is wrong with what to do', () => {
  expect(sentences({ what: "no attribute 'mial'; did you mean 'mail'?", todo: 'Correct it' })).toBe(
    "no attribute 'mial'; did you mean 'mail'? Correct it.",
  )
})
