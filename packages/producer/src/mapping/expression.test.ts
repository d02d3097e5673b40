import { describe, expect, it } from 'vitest'

import type { Entry } from '../directory/entry.ts'
import { textsOf, type Evaluation } from './evaluation.ts'
import { compileExpression, type Expression } from './expression.ts'
import { toEvaluated } from './expression-fault.ts'

const entry: Entry = {
  dn: 'cn=Ada,dc=org',
  id: 'ada',
  attributes: new Map([
    ['mail', ['b@example.org', 'a@example.org']],
    ['roomnumber', ['12']],
    ['photo', [Buffer.from([1, 2])]],
  ]),
}

function compile(source: string): Expression {
  const compiled = compileExpression('notes', source)
  if ('mistakes' in compiled) throw new Error(JSON.stringify(compiled.mistakes))
  return compiled
}

function evaluate(expression: Expression, one: Entry): Promise<Evaluation> {
  return expression.evaluate(textsOf(one, undefined))
}

describe('reads and yields', () => {
  it.each([
    ["'Desk ' & roomNumber", ['roomnumber'], ['Desk 12']],
    ['$.roomNumber & $$.ROOMNUMBER', ['roomnumber', 'roomnumber'], ['1212']],
    ['mail', ['mail'], ['a@example.org', 'b@example.org']],
    ['mail[0]', ['mail'], ['a@example.org']],
    ["mail[$contains($, 'b@')]", ['mail'], ['b@example.org']],
    ['mail.$uppercase($)', ['mail'], ['A@EXAMPLE.ORG', 'B@EXAMPLE.ORG']],
    ['$map(mail, function($m) { $m & roomNumber })[0]', ['mail', 'roomnumber'], ['a@example.org12']],
    ['roomNumber ~> $length', ['roomnumber'], [2]],
    ['$string(roomNumber)', ['roomnumber'], ['12']],
    ["roomNumber = '12' ? true : false", ['roomnumber'], [true]],
    ['`roomNumber`', ['roomnumber'], ['12']],
    ['mail^(>$)', ['mail'], ['b@example.org', 'a@example.org']],
    ['photo', ['photo'], ['AQI=']],
    ['dn', [], ['cn=Ada,dc=org']],
    ['title', ['title'], []],
    ['null', [], []],
    ["$lookup($, 'roomNumber')", undefined, ['12']],
    ["$lookup('roomNumber')", undefined, ['12']],
    ['$keys($)', undefined, ['mail', 'photo', 'roomnumber']],
    ['$keys()', undefined, ['mail', 'photo', 'roomnumber']],
    ['$ ~> $keys', undefined, ['mail', 'photo', 'roomnumber']],
    ['($all := $; $all.roomNumber)', undefined, ['12']],
    ['*[0]', undefined, ['a@example.org']],
    ['$count(**) > 3', undefined, [true]],
  ])('%s', async (source, reads, values) => {
    const expression = compile(source)

    expect(expression.reads?.toSorted()).toEqual(reads?.toSorted())
    expect(await evaluate(expression, entry)).toEqual({ values })
  })
})

describe('reports what fails on one entry', () => {
  it.each([
    ['an unfit argument', '$uppercase(1)', 'EXPRESSION_FAILED', 'character 11 (JSONata T0410)'],
    [
      'a loop without end',
      '($f := function() { $f() }; $f())',
      'EXPRESSION_OVERRAN',
      "'($f := function() { $f() }; $f())' did not end",
    ],
    ['a recursion without end', '($f := function($n) { 1 + $f($n) }; $f(1))', 'EXPRESSION_FAILED', 'Stack overflow'],
    ['an object', "{ 'a': 1 }", 'EXPRESSION_RESULT_UNUSABLE', 'an object'],
    ['a function', '$uppercase', 'EXPRESSION_RESULT_UNUSABLE', 'an object'],
    ['more values than an attribute takes', '[1..1001]', 'EXPRESSION_RESULT_UNUSABLE', 'a list of 1001 values'],
    ['a text of megabytes', "$pad('', 2000000, 'x')", 'EXPRESSION_RESULT_UNUSABLE', 'more than a megabyte'],
    [
      'a number whose digits are lost',
      "$number('9007199254740993')",
      'EXPRESSION_RESULT_UNUSABLE',
      'last digits are lost',
    ],
    ['infinity', '1 / 0', 'EXPRESSION_RESULT_UNUSABLE', 'no finite number'],
  ])('%s', async (_what, source, code, words) => {
    const evaluated = toEvaluated(await evaluate(compile(source), entry), source)

    const fault = 'fault' in evaluated ? evaluated.fault : undefined
    expect(fault?.code).toBe(code)
    expect(fault?.what(fault.value ?? '')).toContain(words)
  })
})

describe('refuses at the start', () => {
  it.each([
    ["'Desk' &", 8, 'Unexpected end of expression'],
    ['(roomNumber', 11, 'before end of expression'],
    ['"a" & $now()', 10, '$now'],
    ['$random()', 7, '$random'],
    ["$eval('$millis()')", 5, '$eval'],
    ['userPassword', undefined, 'userPassword holds a secret'],
    ["$lookup($, 'UNICODEPWD')", undefined, 'UNICODEPWD holds a secret'],
  ])('%s', (source, position, words) => {
    const compiled = compileExpression('notes', source)

    const [mistake] = 'mistakes' in compiled ? compiled.mistakes : []
    expect(mistake).toMatchObject({ attribute: 'notes', ...(position !== undefined && { position }) })
    expect(mistake?.what).toContain(words)
  })
})

it('lets no variable of one entry be seen by another, also when they are evaluated at once', async () => {
  const expression = compile('(mail ? $seen := mail[0]; $seen)')
  const other: Entry = { dn: 'cn=Bob', id: 'bob', attributes: new Map([['roomnumber', ['1']]]) }

  const [first, second] = await Promise.all([evaluate(expression, entry), evaluate(expression, other)])

  expect(first).toEqual({ values: ['a@example.org'] })
  expect(second).toEqual({ values: [] })
})
