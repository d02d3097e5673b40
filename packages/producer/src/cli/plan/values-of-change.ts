import { isEmpty, valueOf } from '@provisioner/shared/changed-attributes.ts'
import type { AttributeValue, Desired, UserAttributes } from '@provisioner/shared/desired.ts'
import { formatEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import type { NameOfId } from '../../cycle/names-of-ids.ts'
import type { Starts } from '../../cycle/starts-of-plan.ts'
import type { Change } from '../../plan/change.ts'

/** One attribute that a change gives another value; of a masked one nobody sees either. */
export type ChangedValue =
  | { readonly name: string; readonly before: AttributeValue; readonly after: AttributeValue }
  | { readonly name: string; readonly masked: true }

/** Characters of a value that are shown. */
const SHOWN = 60

/** From which values to which a change leads, by the names of its attributes. `null` stands for nothing. */
export function valuesOf(change: Change, starts: Starts, masked: ReadonlySet<string>): ChangedValue[] {
  const before = starts.get(formatEntityMember(change)) ?? {}
  const after = attributesOf(change.desired)
  return change.changed.map((name) =>
    masked.has(name)
      ? { name, masked: true }
      : { name, before: valueOf(before, name) ?? null, after: valueOf(after, name) ?? null },
  )
}

/**
 * `phone "1" → "2", role nothing → "agent"`; `name "Ada"` of what is created. Ids whose names are at hand are told by
 * these: `custom_role_id nothing → "Team lead"`.
 */
export function describeValues(
  values: readonly ChangedValue[],
  { isNew, nameOf }: { readonly isNew: boolean; readonly nameOf: NameOfId },
): string {
  return values
    .map((value) => {
      if ('masked' in value) return `${value.name} (masked)`
      const { name } = value
      const [before, after] = [value.before, value.after].map((one) => shown(one, (id) => nameOf(name, id)))
      return isNew ? `${name} ${after}` : `${name} ${before} → ${after}`
    })
    .join(', ')
}

function shown(value: AttributeValue, nameOf: (id: number) => string | undefined): string {
  if (isEmpty(value)) return 'nothing'
  const text = JSON.stringify(value, (_, one: unknown) => (typeof one === 'number' ? (nameOf(one) ?? one) : one))
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`
}

function attributesOf(desired: Desired): UserAttributes {
  if ('attributes' in desired) return { ...desired.attributes, suspended: desired.presence === 'suspended' }
  return 'name' in desired ? { name: desired.name } : {}
}
