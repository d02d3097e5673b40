import { formatTime } from '@provisioner/shared/format-time.ts'
import { problemKey, type Problem } from '@provisioner/shared/problem.ts'
import { sentence, sentences } from '@provisioner/shared/sentence.ts'
import type { AttributeTrace } from '../mapping/trace.ts'
import type { ExplainedEntry } from './explained-entry.ts'

/** What `map` says of one entry, for people: first what it is to the connection, then each attribute with its steps. */
export function describeEntry(one: ExplainedEntry): string {
  const { connection, dn, id, objectClasses, outOfScope, zendeskId, group, mapping } = one
  const rows = [
    ['directory id', id],
    ['object classes', objectClasses.join(', ') || 'none that the bind DN may read'],
    ...(mapping ? [['disabled', String(mapping.disabled)]] : []),
    ['in Zendesk', zendeskId === null ? 'not linked' : `${group ? 'group' : 'user'} ${zendeskId}`],
  ]
  return [
    dn,
    ...(group ? describeGroup(group, connection, outOfScope) : describeScope(connection, outOfScope)),
    ...rows.map(([name = '', value = '']) => `  ${name.padEnd(14)}  ${value}`),
    ...describeMapping(mapping),
    ...describeReported(one),
  ].join('\n')
}

/** Each attribute with its steps, and before them that the entry is left out. */
export function describeMapping(mapping: ExplainedEntry['mapping']): string[] {
  if (!mapping) return []
  const isLeftOut = mapping.kind === 'rejected'
  const attributes = mapping.attributes.flatMap((trace) => describeAttribute(trace, isLeftOut))
  return [...(isLeftOut ? [LEFT_OUT] : []), ...attributes]
}

/** What to do about a problem of the mapping, and what it is unless its attribute says that already. */
function describeFault(problem: Problem, mapping: ExplainedEntry['mapping']): string {
  const isSaid = mapping?.attributes.some(({ why }) => why === `${problem.code}: ${problem.what}`)
  return isSaid ? sentence(problem.todo) : sentences(problem)
}

const LEFT_OUT = '  LEFT OUT whole: nothing of it is written until what is reported below is solved.'

/** What its mapping shows to be wrong, then what cycles and writes have reported besides. */
export function describeReported({ problems, mapping }: Pick<ExplainedEntry, 'problems' | 'mapping'>): string[] {
  const faults = mapping?.problems ?? []
  const shown = new Set(faults.map((problem) => problemKey(problem)))
  const others = problems.filter(({ problem }) => !shown.has(problemKey(problem)))
  if (faults.length + others.length === 0) return []
  return [
    '',
    '  reported, and not solved yet:',
    ...faults.map((problem) => `  ${problem.code}: ${describeFault(problem, mapping)}`),
    ...others.map(({ problem, since }) => `  ${problem.code}, since ${formatTime(since)}: ${sentences(problem)}`),
  ]
}

function describeScope(connection: string, outOfScope: readonly string[]): string[] {
  if (outOfScope.length === 0) return [`  in scope of connection '${connection}'`]
  return [
    `  OUT OF SCOPE of connection '${connection}': no user is made of it, and one that was made of it counts as out of scope.`,
    ...outOfScope.map((reason) => `    ${reason}`),
    '  In scope it would map to this:',
  ]
}

function describeGroup(
  { name, members }: NonNullable<ExplainedEntry['group']>,
  connection: string,
  outOfScope: readonly string[],
): string[] {
  const listed = `It names ${members} member${members === 1 ? '' : 's'}; 'map' shows what a person maps to.`
  return name === null
    ? [`  a GROUP, and none that connection '${connection}' manages: ${outOfScope.join('; ')}. ${listed}`]
    : [`  a GROUP, which connection '${connection}' keeps in Zendesk as '${name}'. ${listed}`]
}

/** `set "Ada"`, and below it how that came about. */
function describeAttribute({ attribute, steps, outcome, result, why }: AttributeTrace, isLeftOut: boolean): string[] {
  const verb = isLeftOut && outcome !== 'left alone' ? `would be ${outcome === 'set' ? 'set' : 'cleared'}` : outcome
  return [
    '',
    `  ${attribute}: ${verb}${result === undefined ? '' : ` ${result}`}`,
    ...steps.map(({ step, values }) => `    ${step}: ${values.join(', ') || 'nothing'}`),
    ...(why === undefined ? [] : [`    because ${why}`]),
  ]
}
