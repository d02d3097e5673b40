import type { AttributeValue } from '@provisioner/shared/desired.ts'
import type { Fault } from './fault.ts'

/**
 * `set` may carry a fault too: its expression failed and the default stands in. `others` are the further values of a
 * directory attribute, in the server's order, where Zendesk takes one only.
 */
export type Outcome =
  | {
      readonly kind: 'set'
      readonly value: AttributeValue
      readonly others?: readonly AttributeValue[]
      readonly fault?: Fault
    }
  | { readonly kind: 'empty'; readonly fault?: undefined }
  | { readonly kind: 'failed'; readonly fault: Fault }
