/** One event of an account, as it is stored. */
export interface EventRow {
  readonly account: string
  /** From 1 on, without a gap, in the order in which Redis had the events. */
  readonly seq: number
  /** The same for an event that comes a second time, and for no other: see `event-id.ts`. */
  readonly event_id: string
  /** The entry's id in the stream of Redis. */
  readonly stream_id: string
  /** Ms since the epoch. */
  readonly at: number
  /** Null of what concerns the whole account. */
  readonly connection: string | null
  /** What happened: `change`, `decision`, `pause` and the like. */
  readonly type: string
  readonly kind: string | null
  /** The directory id of the user whom it is about; a membership is about a user and a group. */
  readonly user_id: string | null
  readonly group_id: string | null
  /** What a person calls it. */
  readonly label: string | null
  readonly dn: string | null
  readonly zendesk_id: number | null
  readonly operation: string | null
  readonly outcome: string | null
  /** Of a change: the revision that was written. */
  readonly revision: number | null
  /** The cycle that released it, or that it tells of: `CycleEvent.cycle`. */
  readonly cycle: number | null
  /** Who did or approved it, where a person did. */
  readonly by: string | null
  /** The event as JSON, with masked values replaced. */
  readonly body: string
  /** The hash of the row before. */
  readonly previous: string
  /** SHA-256 of the row and `previous`, see `chain.ts`. */
  readonly hash: string
}

/** Where the chain of an account begins and ends. */
export interface ChainRow {
  readonly account: string
  /** The last row that was removed for its age, 0 before the first was: the chain begins behind it. */
  readonly anchor_seq: number
  readonly anchor_hash: string
  readonly last_seq: number
  readonly last_hash: string
}

/** A name under which a user or group can be found in the history. */
export interface NameRow {
  readonly account: string
  readonly connection: string
  readonly kind: string
  readonly entity_id: string
  /** In lower case, a DN normalised. */
  readonly key: string
  /** As it was written. */
  readonly name: string
  /** The newest row that had it. */
  readonly last_seq: number
}

/** The tables of the history. */
export interface HistoryTables {
  readonly events: EventRow
  readonly chains: ChainRow
  readonly names: NameRow
}
