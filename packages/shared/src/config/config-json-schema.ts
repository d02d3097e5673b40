import { z } from 'zod'
import { Config } from './config.ts'

/** A part of a JSON Schema, as far as {@link configJsonSchema} uses the language. */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/** A reference may stand wherever a text may. */
const REFERENCE = '\\$\\{(env|file):[^}]+\\}'

/**
 * The file's shape for editors, as JSON Schema draft 7, which all of them know. It holds what a file may say before
 * references are resolved; checks across keys are the product's alone.
 */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(Config, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => adapt(jsonSchema),
  })
  return { $schema: schema.$schema, title: 'Zendesk Provisioner', ...schema } as JsonSchema
}

function adapt(schema: JsonSchema): void {
  if (schema.type === 'string' && schema.format === 'uri') {
    delete schema.format
    schema.pattern = '^https?://'
  }
  if (schema.type === 'string' && schema.pattern !== undefined) schema.pattern = `${schema.pattern}|${REFERENCE}`
  // The defaults are those of the section's keys; an editor would write the braces.
  if (JSON.stringify(schema.default) === '{}') delete schema.default
}
