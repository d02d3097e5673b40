import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { StoredValues } from '@provisioner/shared/ledger/read-stored.ts'
import type { Undone } from '@provisioner/shared/ledger/undone.ts'
import type { ProtectedUsers } from '@provisioner/shared/protected-users.ts'
import type { ApiUser } from '@provisioner/zendesk/api-user.ts'
import type { ZendeskClient } from '@provisioner/zendesk/client.ts'
import type { Directory } from '../directory/directory.ts'
import type { Mapping } from '../mapping/mapping.ts'
import type { Looks } from './looks-of-cycle.ts'
import type { NameCatalogues } from './names.ts'
import type { OtherConnection } from './other-connections.ts'

/** What planning reads from. It writes to none of them. */
export interface PlanSources {
  readonly connection: ConnectionConfig
  readonly protection: ProtectedUsers
  readonly directory: Directory
  readonly zendesk: ZendeskClient
  readonly redis: RedisClient
  readonly reader: LedgerReader
  readonly mapping: Mapping
  readonly names: NameCatalogues
  /** Ids of all connections that the configuration has of the account. */
  readonly configured: readonly string[]
  readonly apiUser: ApiUser
  /** Those whose users may be members of this connection's groups. */
  readonly others: readonly OtherConnection[]
  /** What counts as undone, in the place of what the ledger says: to plan what `undo` would do. */
  readonly undone?: StoredValues<Undone>
}

/** What a cycle looks at. */
export interface CycleScope {
  /** Plan every entry anew, whatever the ledger answers already. */
  readonly ignoreSeen: boolean
  /** Look at everything in Zendesk. */
  readonly audit: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
  /** What is looked at besides, because something was told of it. */
  readonly looks: Looks
  /** Users whose default group is to be looked at: directory id → Zendesk's id of the group. */
  readonly awaiting: ReadonlyMap<string, number>
  /** What may have been written since Zendesk was looked at, as `kind|id`: of that the look shows nothing for sure. */
  readonly touched: ReadonlySet<string>
}
