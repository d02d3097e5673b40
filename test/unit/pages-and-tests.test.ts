import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The last cell of each row: files, each with parts of titles. */
function shownBy(page: string): string[] {
  return readFileSync(`${root}docs/${page}`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (-+|.*\| shown by) \|$/.test(line))
    .map((line) => line.split(' | ').at(-1)!.replace(/ \|$/, ''))
}

/**
 * A file with the title that stands behind it, for each one that the page names. What follows a semicolon is said in
 * words.
 */
function claimsOf(cell: string): { file: string; title: string | undefined }[] {
  let file = ''
  return cell
    .split('; ')[0]!
    .split(' · ')
    .map((part) => {
      const named = /^`([^`]+\.test\.ts)`(?:: (.*))?$/.exec(part)
      if (named) file = named[1]!.includes('/') ? named[1]! : `test/e2e/${named[1]}`
      return { file, title: named ? named[2] : part }
    })
}

describe.each([
  ['behaviours.md', 40],
  ['delivery.md', 30],
])('docs/%s', (page, least) => {
  const rows = shownBy(page).filter((cell) => cell.includes('.test.ts'))

  it('names tests nearly everywhere', () => {
    expect(rows.length).toBeGreaterThan(least)
  })

  it.each(rows.flatMap(claimsOf))('names a test that is there: $file $title', ({ file, title }) => {
    expect(existsSync(`${root}${file}`)).toBe(true)
    if (title) expect(readFileSync(`${root}${file}`, 'utf8')).toContain(title)
  })
})

it('docs/delivery.md leaves nothing unshown: a test, or the chaos runs', () => {
  expect(shownBy('delivery.md').filter((cell) => !cell.includes('.test.ts') && cell !== 'chaos runs')).toEqual([])
})

const TRAVEL = 'docs/how-one-change-travels.md'
const files = [...readFileSync(`${root}${TRAVEL}`, 'utf8').matchAll(/`([a-z0-9/-]+\.ts)`/g)].map(([, file]) => file!)

it.each([...new Set(files)])(`${TRAVEL} names a file that is there: %s`, (file) => {
  const [name, ...path] = file.split('/')
  // `shared/src/…` is a package's; what has no package is the worker's
  const inPackage = path[0] === 'src' ? `packages/${name}/${path.join('/')}` : `packages/worker/src/${file}`
  expect(existsSync(`${root}${inPackage}`)).toBe(true)
})

const GUIDE = 'CONTRIBUTING.md'
const named = [
  ...readFileSync(`${root}${GUIDE}`, 'utf8').matchAll(
    /`((?:shared|zendesk|producer|worker|dashboard|sandbox)\/[\w/.-]+\.ts)`/g,
  ),
].map(([, file]) => file!)

it.each([...new Set(named)])(`${GUIDE} names a file that is there: %s`, (file) => {
  const [name, ...path] = file.split('/')
  expect(existsSync(`${root}packages/${name}/src/${path.join('/')}`)).toBe(true)
})
