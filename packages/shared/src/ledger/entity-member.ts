import type { Kind } from '../entity.ts'

/** One entity of a connection that is known. */
export interface EntityName {
  readonly kind: Kind
  readonly id: string
}

/** Separates the parts. A kind never contains it, nor does an id that went through `encodeDirectoryId`. */
const BAR = '|'

/** An entity as the connection's sets, and maps of many kinds, name it: `user|3f2a…`. */
export function formatEntityMember({ kind, id }: EntityName): string {
  return `${kind}${BAR}${id}`
}

export function parseEntityMember(member: string): EntityName {
  const bar = member.indexOf(BAR)
  return { kind: member.slice(0, bar) as Kind, id: member.slice(bar + 1) }
}

/** What the guard looks at apart, and admins decide on: a whole change, one attribute of it, or the link. */
export interface HeldKey extends EntityName {
  /** Zendesk's name of the attribute, or `link`; undefined for the whole change. */
  readonly part?: string | undefined
}

/** The key of a held change and of the decision on it: `user|3f2a…`, `user|3f2a…|phone`, `group|77b1…|link`. */
export function formatHeldKey({ part, ...entity }: HeldKey): string {
  return part === undefined ? formatEntityMember(entity) : `${formatEntityMember(entity)}${BAR}${part}`
}

export function parseHeldKey(key: string): HeldKey {
  const { kind, id: rest } = parseEntityMember(key)
  const bar = rest.indexOf(BAR)
  return bar < 0 ? { kind, id: rest, part: undefined } : { kind, id: rest.slice(0, bar), part: rest.slice(bar + 1) }
}
