import { writeFileSync } from 'node:fs'
import { CLI_PAGE, cliPage } from './cli-docs/cli-page.ts'

/** Writes docs/cli.md anew. */
writeFileSync(new URL(`../${CLI_PAGE}`, import.meta.url), await cliPage())
process.stdout.write(`${CLI_PAGE}\n`)
