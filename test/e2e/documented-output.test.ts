import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { liveThroughCommands } from '../fixtures/commands-story.ts'

/** What docs/cli.md shows below each command; see scripts/cli-docs/cli-page.ts. */
const OUTPUTS = '../../scripts/cli-docs/outputs'

it('docs/cli.md shows what every command prints, and what its JSON is made of', async () => {
  const { printed, shapes } = await liveThroughCommands()

  for (const [name, text] of printed) await expect.soft(text).toMatchFileSnapshot(`${OUTPUTS}/${fileOf(name)}.txt`)
  for (const [name, shape] of shapes)
    await expect.soft(stringify(shape)).toMatchFileSnapshot(`${OUTPUTS}/${fileOf(name)}.yaml`)
}, 300_000)

const fileOf = (name: string) => name.replaceAll(' ', '-')
