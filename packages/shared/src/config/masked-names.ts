import type { UserMap } from './user-map.ts'

/** Names of the attributes that are `masked`, `user_fields.cost_center` included. */
export function maskedNames({ user_fields: fields = {}, ...attributes }: UserMap): string[] {
  const all = [
    ...Object.entries(attributes),
    ...Object.entries(fields).map(([name, mapping]) => [`user_fields.${name}`, mapping] as const),
  ]
  return all.flatMap(([name, mapping]) => (mapping?.masked ? [name] : []))
}

/** Names under which Zendesk knows the attributes whose values nobody is to see. */
export function zendeskNamesMasked(map: UserMap): Set<string> {
  return new Set(maskedNames(map).flatMap((name) => [name, `${name}_id`]))
}
