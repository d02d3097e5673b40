import { expect, it } from 'vitest'
import { Subset } from '@provisioner/producer/compact/subset.ts'
import { TextList } from '@provisioner/producer/compact/text-list.ts'
import { NOWHERE, TextSet } from '@provisioner/producer/compact/text-set.ts'
import { seededRandom, type Random } from '@provisioner/sandbox/zendesk-account/random.ts'

const SEEDS = Array.from({ length: 20 }, (_one, i) => i + 1)

/** Any text, halves of surrogate pairs included, many of them twice, and one that is longer than what a chunk takes. */
function someTexts(random: Random): string[] {
  const upTo = (most: number) => Math.floor(random() * most)
  const units = [0x20, 0x7f, 0x100, 0x3000, 0x1_0000]
  const short = () => {
    const most = units[upTo(units.length)]!
    return String.fromCharCode(...Array.from({ length: upTo(5) }, () => upTo(most)))
  }
  const long = () => ['é', '€'][upTo(2)]!.repeat(30_000 + upTo(40_000))
  return [...Array.from({ length: 400 }, () => (random() < 0.01 ? long() : short())), 'é'.repeat(2 ** 20)]
}

it.each(SEEDS)('a list of texts gives each back as it was: seed %i', (seed) => {
  const all = someTexts(seededRandom(seed))
  const list = new TextList()
  const indices = all.map((text) => list.push(text))

  expect(indices).toEqual(all.map((_text, i) => i))
  expect(all.every((text, i) => list.at(i) === text && list.is(i, text))).toBe(true)
  expect(all.every((text, i) => list.is(i, all[0]!) === (text === all[0]))).toBe(true)
})

it.each(SEEDS)('a set of texts numbers each once, by its key: seed %i', (seed) => {
  const random = seededRandom(seed)
  const [all, others] = [someTexts(random), someTexts(random)]
  const lower = (text: string) => text.toLowerCase()
  for (const [key, set] of [
    [(text: string) => text, new TextSet()],
    [lower, new TextSet(lower)],
  ] as const) {
    const known = new Map<string, number>()
    for (const text of all) {
      if (!known.has(key(text))) known.set(key(text), known.size)
      expect(set.add(text)).toBe(known.get(key(text)))
    }

    expect(set.size).toBe(known.size)
    expect([...all, ...others].map((text) => set.indexOf(text))).toEqual(
      [...all, ...others].map((text) => known.get(key(text)) ?? NOWHERE),
    )
    expect([...known].every(([text, i]) => key(set.at(i)) === text)).toBe(true)
  }
})

it('a set of texts holds a hundred thousand', () => {
  const idOf = (i: number) => `00000000-0000-4000-8000-${String(i * 7_919).padStart(12, '0')}`
  const set = new TextSet()
  for (let i = 0; i < 100_000; i++) set.add(idOf(i))

  expect(set.size).toBe(100_000)
  expect([0, 1, 65_536, 99_999].map((i) => set.at(set.indexOf(idOf(i))))).toEqual([0, 1, 65_536, 99_999].map(idOf))
  expect(set.has(idOf(100_000))).toBe(false)
})

it.each(SEEDS)('a part of a set has what was put in, and nothing else than the set has: seed %i', (seed) => {
  const random = seededRandom(seed)
  const whole = new TextSet()
  for (const text of someTexts(random)) whole.add(text)
  const part = new Subset(whole)
  const expected = new Set<string>()
  const steps = [...someTexts(seededRandom(seed)), ...someTexts(random)].map((text) => [text, random() < 0.6] as const)
  for (const [text, isIn] of steps) {
    if (isIn) expect(part.add(text)).toBe(whole.has(text))
    else part.delete(text)
    if (isIn && whole.has(text)) expected.add(text)
    else expected.delete(text)
  }

  expect(part.size).toBe(expected.size)
  expect(steps.every(([text]) => part.has(text) === expected.has(text))).toBe(true)
})
