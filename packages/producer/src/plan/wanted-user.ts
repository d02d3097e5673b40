import type { UserAttributes } from '@provisioner/shared/desired.ts'
import type { Alternatives } from '../mapping/mapped.ts'
import type { Lookups } from '../mapping/resolve-names.ts'

/** Why a user is to lose access. */
export type RemovalCause = 'deleted' | 'disabled' | 'outOfScope'

/** What the directory says of one user, in Zendesk's attributes. */
export interface WantedUser {
  readonly id: string
  readonly dn: string
  readonly email: string
  /** `unknown` when the status could not be read: the user stays as they are. */
  readonly disabled: boolean | 'unknown'
  readonly attributes: UserAttributes
  /** Further values of attributes for which the directory has several: `chooseValues` says which one counts. */
  readonly alternatives?: Alternatives
  /** Mapped attributes that the entry leaves empty and that are to be cleared. */
  readonly empty: readonly string[]
  readonly createOnly: readonly string[]
  /** Sets of which the entry names something that Zendesk does not have: nothing that Zendesk holds is taken away. */
  readonly partial?: readonly string[]
  readonly tagsMode: 'merge' | 'replace'
  /** Whom the entry names for lookup fields; gone once `settleLookups` has put Zendesk's ids among the attributes. */
  readonly lookups?: Lookups
  /** Of the attributes, lookup fields that have waited for nothing but that Zendesk has the user whom they name. */
  readonly awaited?: readonly string[]
  /** What of them was undone so that it goes beyond the configuration: see `withKept`. */
  readonly undone?: readonly ('presence' | 'role')[]
  /** Since when (ms) an admin has them active, who has undone a suspension of ours. */
  readonly keptActiveSince?: number
}
