import { GUARD_CATEGORIES } from '@provisioner/shared/ledger/describe-held.ts'
import { parseHeldKey } from '@provisioner/shared/ledger/entity-member.ts'
import type { HeldChange } from '@provisioner/shared/ledger/held-change.ts'
import { unescapeValue } from '@provisioner/shared/ldap/dn-value.ts'
import { normaliseDn } from '../directory/dn.ts'
import { CommandLineError } from './command-line-error.ts'

/** Which held changes a command is about: all that both of them name. */
export interface Selection {
  /** A category of the guard, with or without the attribute: users, clearings, clearings:phone. */
  readonly only?: string | undefined
  /** Part of a DN, an address or a name. */
  readonly matching?: string | undefined
}

/** Thrown for a category that the guard does not have. */
export class UnknownCategoryError extends CommandLineError {
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
export class EmptyTextError extends CommandLineError {
  override name = 'EmptyTextError' as const
  override readonly code = 'TEXT_EMPTY' as const

  constructor(
    message = '--matching is empty, which every change matches: name part of a DN, an address or a name, or leave it out',
  ) {
    super(message)
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
    ? parseHeldKey(change.key).kind === kind
    : `${change.category}:`.startsWith(`${only ?? change.category}:`)
  return isOf && matchesText(change, matching ?? '')
}

/**
 * Whether a text is what people know the thing by. The names of a DN's attributes are not: every DN has a `uid=` or a
 * `cn=` in it; and of what it lies below, part of a name says nothing.
 *
 *   text                   | of `uid=ada,ou=people,dc=acme` with the label `ada@acme.com`
 *   -----------------------|-------------------------------------------------------------
 *   ada, AD, ada@acme      | matches: part of the label, or of the entry's own name
 *   people                 | matches: the whole name of what it lies below
 *   uid=ada,ou, ou=people  | matches: with a `=` it is part of the DN
 *   u, uid, peop           | does not match
 */
function matchesText({ dn, label }: HeldChange, text: string): boolean {
  const wanted = text.toLowerCase()
  if (label.toLowerCase().includes(wanted)) return true
  if (wanted.includes('=')) return dn.toLowerCase().includes(wanted) || normaliseDn(dn).includes(normaliseDn(text))
  // In a key, a comma within a value is escaped: a bare one ends the RDN.
  const [own = '', ...above] = normaliseDn(dn).split(',')
  return valuesOf(own).some((value) => value.includes(wanted)) || above.flatMap(valuesOf).includes(wanted)
}

function valuesOf(rdn: string): string[] {
  return rdn.split('+').map((part) => unescapeValue(part.slice(part.indexOf('=') + 1)))
}
