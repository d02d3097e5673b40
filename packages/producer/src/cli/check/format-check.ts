import { styleText } from 'node:util'
import type { Finding, Level, Section } from './finding.ts'

const SIGNS: Readonly<Record<Level, { readonly sign: string; readonly colour: Parameters<typeof styleText>[0] }>> = {
  ok: { sign: '✓', colour: 'green' },
  unknown: { sign: '?', colour: 'cyan' },
  warning: { sign: '!', colour: 'yellow' },
  failed: { sign: '✗', colour: 'red' },
}

const TITLES: Readonly<Record<Section['part'], string>> = {
  configuration: 'Configuration',
  directory: 'Directory',
  zendesk: 'Zendesk',
  redis: 'Redis',
}

/** Names of things are not put beside what is said of them if they are longer. */
const WIDEST_NAME = 20

export interface Shape {
  /** Columns of the terminal; undefined where lines are not broken. */
  readonly columns?: number | undefined
  readonly isColoured: boolean
}

/** What a check has found, as people read it: a table for each part, and what to do about each line. */
export function formatCheck(sections: readonly Section[], { columns = Infinity, isColoured }: Shape): string {
  const paint = (level: Level) => (isColoured ? colour(level) : SIGNS[level].sign)
  const tables = sections.map(({ part, of, where, findings }) => {
    const width = Math.min(WIDEST_NAME, Math.max(0, ...findings.map(({ about }) => about.length)))
    const title = [TITLES[part], of === undefined ? undefined : `'${of}'`, where].filter((one) => one !== undefined)
    return [title.join('  '), ...findings.flatMap((one) => linesOf(one, { width, columns, paint }))].join('\n')
  })
  return [...tables, summary(sections)].join('\n\n')
}

function colour(level: Level): string {
  return styleText(SIGNS[level].colour, SIGNS[level].sign, { validateStream: false })
}

function linesOf(
  { level, about, what, todo, code }: Finding,
  { width, columns, paint }: { width: number; columns: number; paint: (level: Level) => string },
): string[] {
  const indent = ' '.repeat(4 + width + 2)
  const room = Math.max(20, columns - indent.length)
  const told = code === undefined || level === 'ok' ? what : `${what} [${code}]`
  const [first = '', ...more] = wrap(told, room)
  const name = `  ${paint(level)} ${about.padEnd(width)}`
  // A name that is too long stands alone, so that all texts begin in one column.
  const head = about.length > width ? [name, `${indent}${first}`] : [`${name}  ${first}`]
  const advice = todo === undefined ? [] : wrap(todo, room - 2).map((line, i) => `${i === 0 ? '→ ' : '  '}${line}`)
  return [...head, ...[...more, ...advice].map((line) => `${indent}${line}`)]
}

/** Breaks a text between words; a word that is too long stays whole, since DNs and URLs are copied. */
function wrap(text: string, room: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function summary(sections: readonly Section[]): string {
  const count = (level: Level) =>
    sections.flatMap(({ findings }) => findings.filter((one) => one.level === level)).length
  const [failed, warned] = [count('failed'), count('warning')]
  const look = warned === 0 ? '' : `${warned} to look at (!)`
  if (failed > 0) return `${failed} to correct (✗)${look && `, ${look}`}. Nothing was written.`
  return `${look ? `Nothing to correct, ${look}` : 'All is as it should be'}. Nothing was written; next: provisioner plan`
}

/** The same as one JSON document, see {@link CHECK_HELP}. */
export function checkAsJson(sections: readonly Section[], code: number): string {
  return JSON.stringify({
    code,
    parts: sections.map(({ part, of, where, findings }) => ({
      part,
      of: of ?? null,
      where,
      checks: findings.map(({ level, about, what, todo = null, code: problem = null }) => ({
        level,
        about,
        what,
        todo,
        code: problem,
      })),
    })),
  })
}

/** What `--help` says of it. */
export const CHECK_HELP = `
Example:
  provisioner check staff      the connection 'staff', before its first plan

Nothing is written, neither to Redis nor to Zendesk, which is asked for a token
and reads; no Redis, producer or worker is needed.

  ✓  as it should be
  ?  can't be told without writing
  !  works, and somebody should look at it
  ✗  keeps the product from doing what the configuration says

With --json one document:
  {"code", "parts": [{"part", "of", "where",
   "checks": [{"level": "ok|unknown|warning|failed", "about", "what", "todo", "code"}]}]}`
