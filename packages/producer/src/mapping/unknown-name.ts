import type { Catalogue } from './catalogue.ts'
import type { Fault } from './fault.ts'

/** What one is called that an attribute names. */
const KINDS: Readonly<Record<string, string>> = {
  brands: 'brand',
  organizations: 'organization',
  default_group: 'group',
}

/** A name that the account has nothing of; advice names the nearest one that it has. */
export function unknownName(code: string, attribute: string, written: string, known: Catalogue): Fault {
  const kind = KINDS[attribute] ?? attribute.replace('_', ' ')
  const near = known.nearest(written)
  const correct = near === undefined ? 'correct the value' : `correct the value ('${near}' is there)`
  return {
    code,
    value: written,
    what: (shown) => `Zendesk has no ${kind} ${shown}`,
    todo:
      attribute === 'organization'
        ? `Create the organization in Zendesk, ${correct}, or set missing: create`
        : `Create the ${kind} in Zendesk, or ${correct} or its mapping`,
  }
}
