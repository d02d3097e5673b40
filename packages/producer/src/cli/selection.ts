import { ProvisioningError } from '@provisioner/shared/errors.ts'
import { GUARD_CATEGORIES } from '@provisioner/shared/ledger/describe-held.ts'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'

/** Which held changes a command is about: all that both of them name. */
export interface Selection {
  /** A category of the guard, with or without the attribute: users, clearings, clearings:phone. */
  readonly only?: string | undefined
  /** Part of a DN, an address or a name. */
  readonly matching?: string | undefined
}

/** Thrown for a category that the guard does not have. */
export class UnknownCategoryError extends ProvisioningError {
  override name = 'UnknownCategoryError' as const
  override readonly code = 'CATEGORY_UNKNOWN' as const

  constructor(asked: string) {
    super(
      `--only '${asked}' is no category of the guard; there are ${GUARD_CATEGORIES.join(', ')}, ` +
        'and clearings:ATTRIBUTE and updates:ATTRIBUTE',
    )
  }
}

/** Thrown for a text that every change matches, as an unset variable in a script makes it. */
export class EmptyTextError extends ProvisioningError {
  override name = 'EmptyTextError' as const
  override readonly code = 'TEXT_EMPTY' as const

  constructor() {
    super('--matching is empty, which every change matches: name part of a DN, an address or a name, or leave it out')
  }
}

/** @throws UnknownCategoryError, EmptyTextError */
export function checkSelection({ only, matching }: Selection): void {
  if (matching?.trim() === '') throw new EmptyTextError()
  const [name = '', attribute] = only?.split(':') ?? []
  const takesAttribute = name === 'clearings' || name === 'updates'
  if (only !== undefined && (!GUARD_CATEGORIES.includes(name) || (attribute !== undefined && !takesAttribute)))
    throw new UnknownCategoryError(only)
}

const KINDS: Readonly<Record<string, string>> = { users: 'user', groups: 'group', memberships: 'membership' }

/**
 * Whether the change is selected.
 *
 *   --only                      | of a first plan that waits | of any other
 *   ----------------------------|----------------------------|-------------
 *   users, groups, memberships  | everything of that kind    | removals
 *   another category            | that category              | that category
 *   clearings, updates          | of every attribute         | of every attribute
 */
export function isSelected(
  change: HeldChange,
  { only, matching }: Selection,
  { ofFirstPlan }: { ofFirstPlan: boolean },
): boolean {
  const kind = ofFirstPlan && only !== undefined ? KINDS[only] : undefined
  const isOf = kind
    ? change.key.startsWith(`${kind}|`)
    : `${change.category}:`.startsWith(`${only ?? change.category}:`)
  const text = `${change.dn} ${change.label}`.toLowerCase()
  return isOf && text.includes(matching?.toLowerCase() ?? '')
}
