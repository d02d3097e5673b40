import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { DIRECTORY_TYPES, PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'

/** The first table of docs/directories.md: a row for each type. */
const page = await readFile(new URL('../../docs/directories.md', import.meta.url), 'utf8')
const rows = new Map(
  page.split('\n').flatMap((line) => {
    const [, type, , id, disabled, expires, memberOf, classes, tokens] = line.split('|').map((cell) => cell.trim())
    return type?.startsWith('`') && classes
      ? [[named(type)[0], { id, disabled, expires, memberOf, tokens }] as const]
      : []
  }),
)

function named(cell: string | undefined): string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
}

it.each(DIRECTORY_TYPES)('docs/directories.md says what %s is read by', (type) => {
  const { id, status, expires, memberOf, changeTokens } = PROFILES[type]
  const row = rows.get(type)

  expect([row?.id, row?.disabled, row?.expires, row?.memberOf, row?.tokens].map(named)).toEqual([
    [id],
    status === undefined ? [] : [status.attribute],
    expires,
    [memberOf],
    changeTokens.map(({ attribute }) => attribute),
  ])
})
