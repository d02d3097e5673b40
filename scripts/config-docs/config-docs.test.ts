import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { configDocuments } from './documents.ts'
import { anchorOf } from './type-words.ts'

const documents = configDocuments()
const page = documents.get('docs/configuration.md')!

describe('The configuration’s documents', () => {
  it.each([...documents])(
    '%s is what the schema says; else run: node scripts/generate-config-docs.ts',
    (path, content) => {
      expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(content)
    },
  )

  it('explains every key', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'))

    expect(rows.length).toBeGreaterThan(80)
    expect(rows.filter((row) => /\|\s*\|$/.test(row))).toEqual([])
  })

  it('links to headings and anchors that are there', () => {
    const anchors = new Set([
      ...[...page.matchAll(/^## `?(.+?)`?$/gm)].map(([, heading]) => anchorOf(heading!)),
      ...[...page.matchAll(/<a id="(\w+)">/g)].map(([, id]) => `#${id}`),
    ])

    expect(
      [...page.matchAll(/\]\((#[\w-]+)\)/g)].map(([, link]) => link!).filter((link) => !anchors.has(link)),
    ).toEqual([])
  })
})
