import { describe, expect, it } from 'vitest'
import { env, example, mistakesOf } from './config.fixture.ts'
import { ConfigError } from './config-error.ts'
import { parseConfig } from './load-config.ts'

const lines = example.split('\n')

/** What slips into one line of a file. */
const slips: Record<string, (line: string) => string[]> = {
  'a line that is indented too far': (line) => [`  ${line}`],
  'a line that is not indented far enough': (line) => (line.startsWith('  ') ? [line.slice(2)] : []),
  'a tab': (line) => (line.startsWith('  ') ? [`\t${line.trimStart()}`] : []),
  'a line that is gone': () => [''],
  'a letter too many in a key': (line) => [line.replace(/^(\s*(?:- )?\w+):/, '$1x:')].filter((one) => one !== line),
  'a sign that is gone': (line) => [':', '"', '}', ']', '-', ','].flatMap((sign) => without(line, sign)),
}

/** Of the slips above, those whose two mistakes stand far apart. */
const TWO = 4

describe('One slip in a file is one mistake', () => {
  it.each(Object.entries(slips))('%s', (_what, slip) => {
    const counts = lines.flatMap((line, i) => {
      if (line.trim() === '' || line.trimStart().startsWith('#')) return []
      return slip(line).map((changed) =>
        countMistakes([...lines.slice(0, i), changed, ...lines.slice(i + 1)].join('\n')),
      )
    })

    expect(counts.filter((count) => count > 2)).toEqual([])
    expect(counts.filter((count) => count === 2).length).toBeLessThan(TWO)
    expect(counts.filter((count) => count === 1).length).toBeGreaterThan(5)
  })

  it.each([
    ['a tab', '    account: acme', '\taccount: acme'],
    ['too far in', '    account: acme', '      account: acme'],
    ['too far out', '    account: acme', '   account: acme'],
  ])('says to check the indentation of what stands behind %s', (_what, from, to) => {
    expect(mistakesOf(example.replace(from, to)).message).toContain('check the indentation')
  })

  it.each([
    ['a section without its name', '\n    users:\n', '\n', "'users' is missing or empty"],
    ['an account without its name', '  acme:\n', '', "an account's keys without its name"],
    ['accounts under another name', 'accounts:', 'acounts:', "did you mean 'accounts'?"],
    ['keys without the name above them', '    groups:\n', '', 'a second time, and so match, actions, remove below it'],
  ])('%s', (_what, from, to, told) => {
    const { mistakes, message } = mistakesOf(example.replace(from, to))

    expect(mistakes).toHaveLength(1)
    expect(message).toContain(told)
  })
})

function without(line: string, sign: string): string[] {
  const at = line.indexOf(sign)
  return at < 0 ? [] : [line.slice(0, at) + line.slice(at + 1)]
}

function countMistakes(text: string): number {
  try {
    parseConfig(text, { path: 'provisioner.yaml', env })
    return 0
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.length
    throw error
  }
}
