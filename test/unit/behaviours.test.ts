import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(`${root}docs/behaviours.md`, 'utf8')

/** The last cell of each row: files, each with parts of titles. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('.test.ts'))
  .map((line) => line.split(' | ').at(-1)!.replace(/ \|$/, ''))

/** A file with the title that stands behind it, for each one that the page names. */
function claimsOf(cell: string): { file: string; title: string | undefined }[] {
  let file = ''
  return cell.split(' · ').map((part) => {
    const named = /^`([^`]+\.test\.ts)`(?:: (.*))?$/.exec(part)
    if (named) file = named[1]!.includes('/') ? named[1]! : `test/e2e/${named[1]}`
    return { file, title: named ? named[2] : part }
  })
}

describe('docs/behaviours.md', () => {
  it('names tests for every behaviour', () => {
    expect(rows.length).toBeGreaterThan(40)
  })

  it.each(rows.flatMap(claimsOf))('names a test that is there: $file $title', ({ file, title }) => {
    expect(existsSync(`${root}${file}`)).toBe(true)
    if (title) expect(readFileSync(`${root}${file}`, 'utf8')).toContain(title)
  })
})
