import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { Evaluator } from '@provisioner/producer/expressions/evaluator.ts'
import type { EntryTexts } from '@provisioner/producer/mapping/evaluation.ts'
import { createLogger } from '@provisioner/shared/logger.ts'
import { until } from '../../fixtures/until.ts'

const evaluator = new Evaluator({ log: createLogger({ name: 'test', level: 'silent' }) })
afterAll(() => evaluator[Symbol.asyncDispose]())

const BACKTRACKING = '$contains(cn, /^(a+)+$/) ? "only a" : cn'
/** Forty times the letter and one other: the expression tries each of its partitions. */
const HOSTILE = `${'a'.repeat(40)}!`

/** A loaded machine may come to the limit of time first. */
const MEMORY = { overran: expect.stringMatching(/^(memory|time)$/) as string }

function people(...names: string[]): EntryTexts[] {
  return names.map((cn) => ({ dn: `cn=${cn},dc=org`, attributes: [['cn', [cn]]] }))
}

describe('one entry suffers, its neighbours do not, from', () => {
  it.each([
    ['a regular expression that backtracks without end', BACKTRACKING, { overran: 'time' }],
    ['a recursion without end', '($f := function() { $f() }; cn = "Ada" or cn = "Bob" ? cn : $f())', 'D1012'],
    ['a list of millions', 'cn = "Ada" or cn = "Bob" ? cn : $count($sort([1..3000000]))', MEMORY],
    ['one allocation beyond all limits', 'cn = "Ada" or cn = "Bob" ? cn : [1..9999999][0]', MEMORY],
    ['a text of gigabytes', 'cn = "Ada" or cn = "Bob" ? cn : $base64encode($pad("", 400000000, "x"))', MEMORY],
  ])('%s', async (_what, source, outcome) => {
    const evaluations = await evaluator.evaluate(['cn & "."', source], people('Ada', HOSTILE, 'Bob'))

    expect(evaluations.map(([other]) => other)).toEqual(['Ada', HOSTILE, 'Bob'].map((cn) => ({ values: [`${cn}.`] })))
    expect(evaluations.map(([, one]) => one)).toEqual([
      { values: ['Ada'] },
      typeof outcome === 'string' ? { failed: expect.objectContaining({ code: outcome }) } : outcome,
      { values: ['Bob'] },
    ])
  })
})

it('lets an expression rest that is stopped on everybody, and runs the others', async () => {
  const everybody = '($f := function() { $f() }; $f())'
  const names = Array.from({ length: 300 }, (_, i) => `p${i}`)

  const evaluations = await evaluator.evaluate(['cn', everybody], people(...names))

  expect(evaluations.map(([other]) => other)).toEqual(names.map((cn) => ({ values: [cn] })))
  expect(evaluations.slice(5).every(([, one]) => 'overran' in one! && one.overran === 'rests')).toBe(true)
})

it('keeps no process and no processor time once the process that asks is killed', async () => {
  const script = `
    import { Evaluator } from '@provisioner/producer/expressions/evaluator.ts'
    const evaluator = new Evaluator({ log: { info() {} } })
    await evaluator.evaluate(['cn'], ${JSON.stringify(people('Ada'))})
    console.log('asks')
    await evaluator.evaluate([${JSON.stringify(BACKTRACKING)}], ${JSON.stringify(people(HOSTILE))})
  `
  const asker = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(asker.stdout, 'data')
  const [child] = readFileSync(`/proc/${asker.pid}/task/${asker.pid}/children`, 'utf8').trim().split(' ').map(Number)

  await until(
    () => stateOf(child!) === 'R',
    10_000,
    () => 'the expression to run',
  )
  asker.kill('SIGKILL')

  await until(
    () => ['', 'Z'].includes(stateOf(child!)),
    10_000,
    () => `the end of process ${child}`,
  )
})

/** `R` for one that runs, `Z` for one that ended and was not waited for, nothing for one that is no more. */
function stateOf(pid: number): string {
  try {
    return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!
  } catch {
    return ''
  }
}
