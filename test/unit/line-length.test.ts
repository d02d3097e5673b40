import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What the formatter keeps code at, and does not touch comments for. */
const COLUMNS = 120

const files = globSync(['{packages,test,bench,scripts,lint}/**/*.ts', '*.ts'], { cwd: root }).filter(
  (path) => !path.includes('node_modules'),
)

it('no line of a comment runs over', () => {
  const over = files.flatMap((file) =>
    readFileSync(`${root}${file}`, 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        Array.from(line).length > COLUMNS && /^\s*(\*|\/\/|\/\*|--)/.test(line) ? [`${file}:${i + 1}`] : [],
      ),
  )

  expect(files.length).toBeGreaterThan(500)
  expect(over).toEqual([])
})
