import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { Evaluator } from '@provisioner/producer/expressions/evaluator.ts'
import type { Effort, EntryTexts, Evaluation } from '@provisioner/producer/mapping/evaluation.ts'
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

describe('an expression that overran on some entries', () => {
  const ENDLESS = '($f := function() { $f() }; $contains(cn, "bad") ? $f() : cn)'
  const all = people('bad 1', 'Ada', 'bad 2', 'Bob', 'bad 3', 'Cid')
  const outcomes = (evaluations: readonly (readonly Evaluation[])[]) =>
    evaluations.map(([one]) => ('failed' in one! ? 'overran' : Object.keys(one!)[0]))

  it('is tried on all others within the stops it may cost, and not again on them until they change or long after', async () => {
    let now = 0
    await using own = new Evaluator({ log: createLogger({ name: 'test', level: 'silent' }), now: () => now })
    const evaluate = async (entries: readonly EntryTexts[], stops: number) => {
      const effort = { stops, forNew: 1 }
      return [...outcomes(await own.evaluate([ENDLESS], entries, effort)), effort.stops]
    }
    const [changed] = people('good 1')
    const healthy = ['overran', 'values', 'overran', 'values', 'overran', 'values']

    expect(await evaluate(all, 2)).toEqual(['overran', 'values', 'overran', 'untried', 'untried', 'untried', 0])
    expect(await evaluate(all, 2)).toEqual([...healthy, 1])
    expect(await evaluate(all, 2)).toEqual([...healthy, 2])
    expect(await evaluate([{ ...changed!, dn: all[0]!.dn }, ...all.slice(1)], 2)).toEqual([
      'values',
      ...healthy.slice(1),
      2,
    ])
    now += 5 * 60_000
    // Expressions that are tried again leave one of the allowed stops to new ones.
    expect(await evaluate(all.slice(2), 2)).toEqual([...healthy.slice(2), 1])
    expect(await evaluate(all.slice(2), 2)).toEqual([...healthy.slice(2), 1])
    expect(await evaluate(all.slice(2), 2)).toEqual([...healthy.slice(2), 2])
  })

  it('delays nobody elsewhere', async () => {
    await using other = new Evaluator({ log: createLogger({ name: 'test', level: 'silent' }) })
    const hangs = evaluator.evaluate([BACKTRACKING], people(`${HOSTILE}!`)).then(() => 'hangs')
    expect(await Promise.race([hangs, other.evaluate(['cn'], people('Ada')).then(() => 'other')])).toBe('other')
    await hangs
  })
})

it('tells once that no process starts, and tries nothing more of this reading', async () => {
  const node = process.execPath
  await using own = new Evaluator({ log: createLogger({ name: 'test', level: 'silent' }) })
  process.execPath = '/bin/false'
  onTestFinished(() => void (process.execPath = node))
  const effort: Effort = { stops: 4 }

  expect(await own.evaluate(['cn'], people('Ada', 'Bob'), effort)).toEqual([
    [{ untried: 'not run' }],
    [{ untried: 'not run' }],
  ])
  process.execPath = node
  expect(await own.evaluate(['cn'], people('Ada'), effort)).toEqual([[{ untried: 'not run' }]])
  expect(effort.notRun).toContain('ended at its start')
  expect(await own.evaluate(['cn'], people('Ada'), { stops: 4 })).toEqual([[{ values: ['Ada'] }]])
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
