import { configJsonSchema } from '../../packages/shared/src/config/config-json-schema.ts'
import { referencePage } from './reference-page.ts'
import type { SchemaPart } from './schema-part.ts'

/** What is generated of the configuration's schema: paths from the repository's root, and contents. */
export function configDocuments(): ReadonlyMap<string, string> {
  const schema = configJsonSchema()
  return new Map([
    ['docs/provisioner.schema.json', `${JSON.stringify(schema, null, 2)}\n`],
    ['docs/configuration.md', referencePage(schema as SchemaPart)],
  ])
}
