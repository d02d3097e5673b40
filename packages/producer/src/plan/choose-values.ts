import { changedAttributes, valueOf, withValue } from '@provisioner/shared/changed-attributes.ts'
import {
  canonicalJson,
  fingerprintOfText,
  type AttributeValue,
  type UserAttributes,
} from '@provisioner/shared/desired.ts'
import type { UserRecord } from '@provisioner/shared/ledger/record.ts'
import type { WantedUser } from './wanted-user.ts'

/** What is known of a user, the surest first: what Zendesk holds, then what was released and waits to be written. */
export type Holdings = readonly (UserAttributes | undefined)[]

/** What the ledger knows of a user. */
export function holdingsOf(record: UserRecord | undefined): Holdings {
  return [record?.applied?.attributes, record?.desired?.attributes]
}

/**
 * Settles which of several values of the directory counts, for each attribute of which Zendesk takes one.
 *
 *   the directory has | Zendesk holds | released and waiting | counts
 *   ------------------|---------------|----------------------|-------
 *   a, b              | b             | anything             | b: a value that is added changes nothing
 *   a, b              | c, nothing    | b                    | b: nor does another order while a write waits
 *   a, b              | c, nothing    | c, nothing           | a: the first as the server gives them
 *
 * A value is what Zendesk holds when writing it would change nothing; the directory's spelling of an address counts.
 */
export function chooseValues(wanted: WantedUser, holdings: Holdings): WantedUser {
  let chosen = wanted
  for (const name of Object.keys(wanted.alternatives ?? {})) {
    const values = valuesOf(wanted, name)
    chosen = withValues(chosen, name, [firstKnownOf(name, values, holdings) ?? values[0]!, ...values])
  }
  return chosen
}

/** The value that Zendesk holds, or else the one that waits to be written. */
export function firstKnownOf(
  name: string,
  values: readonly AttributeValue[],
  holdings: Holdings,
): AttributeValue | undefined {
  for (const holding of holdings) {
    const value = holding && valueOf(holding, name)
    const found = value === undefined ? undefined : values.find((one) => isSame(name, one, value))
    if (found !== undefined) return found
  }
  return undefined
}

/** All values that an attribute may have, the one that counts for now first. */
export function valuesOf(
  { attributes, alternatives }: Pick<WantedUser, 'attributes' | 'alternatives'>,
  name: string,
): AttributeValue[] {
  const value = valueOf(attributes, name)
  return value === undefined ? [] : [value, ...(alternatives?.[name] ?? [])]
}

/**
 * The same user with these values of an attribute, the one that counts first; one that stands there twice counts once.
 */
export function withValues(user: WantedUser, name: string, values: readonly AttributeValue[]): WantedUser {
  const [value, ...others] = new Set(values)
  return {
    ...user,
    ...(name === 'email' && { email: String(value) }),
    attributes: withValue(user.attributes, name, value),
    alternatives: { ...user.alternatives, [name]: others },
  }
}

/**
 * A user's fingerprint, the same in whatever order a server gives an attribute's values. Names are not sorted: equal
 * entries are mapped to equal objects, names and all in one order, and sorting costs a scan a fifth of its garbage.
 */
export function fingerprintOf(user: WantedUser): string {
  let orderless = user
  for (const name of user.alternatives ? Object.keys(user.alternatives) : NONE)
    orderless = withValues(orderless, name, valuesOf(user, name).sort(byText))
  return fingerprintOfText(JSON.stringify(orderless))
}

const NONE: readonly string[] = []

function byText(a: AttributeValue, b: AttributeValue): number {
  return canonicalJson(a) < canonicalJson(b) ? -1 : 1
}

function isSame(name: string, one: AttributeValue, known: AttributeValue): boolean {
  return changedAttributes({ [name]: one }, { [name]: known }).length === 0
}
