import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { turnByTurn } from './log-output.ts'

function recorded() {
  const writes: string[] = []
  return { writes, output: turnByTurn({ write: (text) => void writes.push(text) }) }
}

it('writes the lines of one turn together, in their order', async () => {
  const { writes, output } = recorded()

  output.write('one\n')
  await Promise.resolve()
  output.write('two\n')
  const before = [...writes]
  await turn()
  output.write('three\n')
  await turn()

  expect([before, writes]).toEqual([[], ['one\ntwo\n', 'three\n']])
})

it('writes before the turn ends what is asked for at once, or much', async () => {
  const { writes, output } = recorded()

  output.write('fatal\n')
  output.flushSync()
  const asked = [...writes]
  output.write('x'.repeat(70_000))
  const much = writes.length
  await turn()

  expect([asked, much, writes.length]).toEqual([['fatal\n'], 2, 2])
})

it('writes what is left when the process ends', () => {
  const { writes, output } = recorded()

  output.write('last\n')
  process.emit('exit', 0)

  expect(writes).toEqual(['last\n'])
})
