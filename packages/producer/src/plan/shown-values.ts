import { valueOf } from '@provisioner/shared/changed-attributes.ts'
import type { UserAttributes } from '@provisioner/shared/desired.ts'

/** How people are shown values. */
export interface Shown {
  /** Names of attributes whose values nobody is to see. */
  readonly masked?: ReadonlySet<string>
  /** The account's name for an id, where it is known. */
  readonly nameOf?: (attribute: string, id: number) => string | undefined
}

/** From which value to which an attribute changes, for people; `changed` where nobody is to see it. */
export function difference(
  name: string,
  applied: UserAttributes,
  desired: UserAttributes,
  { masked, nameOf }: Shown,
): string {
  if (masked?.has(name)) return 'changed'
  return `${inWords(valueOf(applied, name), name, nameOf)} → ${inWords(valueOf(desired, name), name, nameOf)}`
}

/** Characters of a value that are shown. */
const MOST = 60

function inWords(value: unknown, name: string, nameOf: Shown['nameOf']): string {
  const named = (typeof value === 'number' ? nameOf?.(name, value) : undefined) ?? value
  const text = named == null || named === '' ? 'nothing' : JSON.stringify(named)
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`
}

/** A role, with the custom one by its name. */
export function roleOf({ role, custom_role_id: custom }: UserAttributes, { nameOf }: Shown): string {
  const name = typeof custom === 'number' ? nameOf?.('custom_role_id', custom) : undefined
  return `${String(role ?? 'end-user')}${custom == null ? '' : ` with custom role ${name ?? String(custom)}`}`
}
