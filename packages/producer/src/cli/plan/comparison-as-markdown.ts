import type { Comparison } from './compare-plans.ts'
import {
  describeItem,
  describeSides,
  describeTotals,
  groupItems,
  SIGNS,
  type ComparedNames,
} from './describe-comparison.ts'

/** Rows of details: a comment of a pull request takes 65,536 characters. */
const ROWS = 200

/** Two plans side by side, as the comment of a pull request: a sentence, a table of counts, and details folded away. */
export function comparisonAsMarkdown(comparison: Comparison, { present, next }: ComparedNames, limit = ROWS): string {
  const { connection, items } = comparison
  const held = items.filter((item) => item.held !== null && item.how !== 'dropped').length
  const head = [
    `### Change review: connection ${code(connection)}`,
    '',
    `What ${code(next)} would do other than ${code(present)}: ${
      items.length === 0 ? '**nothing**.' : `**${items.length} ${items.length === 1 ? 'thing' : 'things'}**.`
    } ${held > 0 ? `**${held} would be held** for an admin's word. ` : ''}${describeTotals(comparison)}`,
    ...describeSides(comparison).flatMap((line) => ['', escape(line)]),
  ]
  if (items.length === 0) return head.join('\n')
  const groups = groupItems(items)
  const rows = items.slice(0, limit)
  return [
    ...head,
    '',
    '| | change | count |',
    '|---|---|--:|',
    ...groups.map(([title, some]) => `| ${title[0]} | ${escape(title.slice(2))} | ${some.length} |`),
    '',
    `${code('+')} the new one alone does it, ${code('-')} the present one alone, ${code('~')} both do something else.`,
    '',
    `<details><summary>${rows.length < items.length ? `The first ${rows.length} of ${items.length}` : 'Details'}</summary>`,
    '',
    '| | change | who | values |',
    '|---|---|---|---|',
    ...rows.map((item) => {
      const values = describeItem(item).replace(/^:? /, '')
      return `| ${SIGNS[item.how]} | ${escape(item.operation)} | ${escape(item.label)} | ${escape(values)} |`
    }),
    '',
    '</details>',
  ].join('\n')
}

/** Names come from a directory: none of them may be taken for a mark. */
function escape(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_{}[\]<>|#~!]/g, String.raw`\$&`)
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``
}
