import { expect, it } from 'vitest'
import type { WantedUser } from '../plan/wanted-user.ts'
import { Unanswered } from './unanswered.ts'

const NO_LOOKUPS = { setAside: () => false }
const printed = (id: string, print: string) => ({ user: { id } as WantedUser, print })

it('leaves what the ledger does not answer as it reads now, of the last page as well', async () => {
  const answers: ((prints: (string | null)[]) => void)[] = []
  const unanswered = new Unanswered({ seen: () => new Promise((resolve) => answers.push(resolve)) }, NO_LOOKUPS)

  await unanswered.note([printed('ada', '1'), printed('bob', '2')])
  const second = unanswered.note([printed('cid', '3')])
  answers[0]!(['1', 'another'])
  await second
  const end = unanswered.end()
  answers[1]!([null])

  expect([...(await end).fingerprints]).toEqual([
    ['bob', '2'],
    ['cid', '3'],
  ])
  expect([...(await end).candidates.keys()]).toEqual(['bob', 'cid'])
})

it('fails with what Redis failed with at the last page', async () => {
  const unanswered = new Unanswered({ seen: () => Promise.reject(new Error('away')) }, NO_LOOKUPS)
  await unanswered.note([printed('ada', '1')])

  await expect(unanswered.end()).rejects.toThrow('away')
})
