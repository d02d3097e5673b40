import { readFileSync } from 'node:fs'
import type { Schema } from './schema-differences.ts'

export interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: 'query' | 'path' | 'header'
  readonly required?: boolean
  readonly style?: string
  readonly schema: Schema
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}

interface RawOperation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Content & { readonly required?: boolean }
  readonly responses: Readonly<Record<string, Content>>
}

/** One way to call Zendesk, as declared. */
export interface Operation {
  /** `GET /api/v2/users/{user_id}` */
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly requestBody: RawOperation['requestBody']
  readonly responses: RawOperation['responses']
}

/** Zendesk's own description of its API. */
export interface OfficialFile {
  /** Of several that fit, the one with the fewest variable parts: `/users/me` before `/users/{user_id}`. */
  find(method: string, path: string): Operation | undefined
  resolve(ref: string): Schema
}

export function readOfficialFile(file: string): OfficialFile {
  const whole = JSON.parse(readFileSync(file, 'utf8')) as {
    paths: Record<string, Record<string, RawOperation> & { parameters?: Parameter[] }>
  }
  const resolve = <T>(ref: string): T =>
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], whole) as T
  const named = (parameter: Parameter): Parameter =>
    parameter.$ref === undefined ? parameter : resolve<Parameter>(parameter.$ref)
  const templates = Object.keys(whole.paths)
    .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)
  return {
    resolve,
    find(method, path) {
      const template = templates.find(({ pattern }) => pattern.test(path))
      const item = template && whole.paths[template.path]!
      const operation = item?.[method.toLowerCase()]
      if (!operation) return undefined
      return {
        name: `${method} ${template!.path}`,
        parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(named),
        requestBody: operation.requestBody,
        responses: operation.responses,
      }
    },
  }
}
