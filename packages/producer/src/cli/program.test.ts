import { describe, expect, it } from 'vitest'
import { createProgram } from './program.ts'

const namesOf = async (words: readonly string[]) => {
  const { commands } = await createProgram(words)
  return commands.map((one) => one.name())
}

const all = await namesOf([])

describe('the program', () => {
  it.each(all.filter((name) => !['complete', 'completion', 'help'].includes(name)))(
    'has %s where that is asked, and few others',
    async (name) => {
      for (const words of [[name], ['--config', 'a.yaml', name], ['-c', 'a.yaml', name, '--json']]) {
        const names = await namesOf(words)

        expect(names).toContain(name)
        expect(names.length).toBeLessThan(all.length / 2)
      }
    },
  )

  it.each([[['--help']], [['nonsense']], [['help', 'plan']], [['completion', 'bash']], [['--no-color', 'plan']]])(
    'has all commands where %j is asked',
    async (words) => {
      expect(await namesOf(words)).toEqual(all)
    },
  )
})
