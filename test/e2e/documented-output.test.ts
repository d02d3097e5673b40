import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { liveThroughCommands } from '../fixtures/commands-story.ts'

/** What docs/cli.md shows below each command; see scripts/cli-docs/cli-page.ts. */
const OUTPUTS = new URL('../../scripts/cli-docs/outputs/', import.meta.url)

/** Set to write the files anew. */
const WRITES = process.env['WRITE_OUTPUTS'] === '1'

it('docs/cli.md shows what every command prints, and what its JSON is made of', async () => {
  const { printed, shapes } = await liveThroughCommands()

  const outputs = [
    ...[...printed].map(([name, text]) => [`${fileOf(name)}.txt`, text] as const),
    ...[...shapes].map(([name, shape]) => [`${fileOf(name)}.yaml`, stringify(shape)] as const),
  ]
  for (const [file, text] of outputs) {
    const url = new URL(file, OUTPUTS)
    if (WRITES) await writeFile(url, text)
    else expect.soft(linesOf(text), file).toEqual(linesOf(await readFile(url, 'utf8')))
  }
}, 300_000)

/** Numbers, the order of lines and the widths of tables are of chance: workers are several, and so are their hosts. */
function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) =>
    line
      .replaceAll(/\d+/g, '1')
      .replaceAll(/[─┌┐└┘├┤┬┴┼│\s]+/g, ' ')
      .trim(),
  )
  return lines.filter((line) => line !== '').sort()
}

const fileOf = (name: string) => name.replaceAll(' ', '-')
