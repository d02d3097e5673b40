import { writeFileSync } from 'node:fs'
import { configDocuments } from './config-docs/documents.ts'

/** Writes docs/provisioner.schema.json and docs/configuration.md anew. */
for (const [path, content] of configDocuments()) {
  writeFileSync(new URL(`../${path}`, import.meta.url), content)
  process.stdout.write(`${path}\n`)
}
