import type { FoundServer } from '@provisioner/shared/directory-profiles/recognise.ts'
import type { ChangeToken } from '@provisioner/shared/ledger/cycle-state.ts'
import type { Entry, UnidentifiedEntry } from './entry.ts'

export interface Search {
  readonly base: string
  /** The key of the configuration that names the base, for messages. */
  readonly setting?: string | undefined
  /** `base` reads one entry, `one` those right below it, `sub` the tree below and the base itself. */
  readonly scope: 'base' | 'one' | 'sub'
  readonly filter: string
  /** Names of the attributes to read; the immutable id is always read as well. */
  readonly attributes: readonly string[]
}

/**
 * The port to a directory. One adapter speaks LDAP; everything above it sees entries.
 *
 * A scan that ends normally is complete: every page was read with the bind in force, no limit and no referral was
 * hit, every range was read to its end. Anything less throws, so that nobody mistakes silence for absence.
 */
export interface Directory extends AsyncDisposable {
  /**
   * Streams the entries of a search, a page at a time.
   * An entry without the configured id attribute is yielded in `unidentified`, since nothing can be keyed on it.
   *
   * @throws IncompleteScanError when the answer may lack entries; `DirectoryUnreachableError`, `DirectoryBindError`.
   */
  scan(search: Search, signal: AbortSignal): AsyncGenerator<Page, void, void>

  /** Reads one entry. That it can't be read is an answer, and no fault of the directory's. @throws as {@link scan}. */
  read(dn: string, attributes: readonly string[], signal: AbortSignal): Promise<Lookup>

  /**
   * Of these ids, those of entries that lie anywhere near the bases, below the same naming contexts, as far as the bind
   * DN may see them. A server that does not answer, or not whole, is an answer.
   * @throws as {@link scan}, but for `IncompleteScanError`
   */
  existing(ids: readonly string[], bases: readonly string[], signal: AbortSignal): Promise<Existing>

  /**
   * The directory ids of members as groups of Active Directory name them: by SID (`S-1-5-21-…`), else by DN. They are
   * looked for where {@link existing} looks, and named as they were asked for.
   * @throws as {@link existing}
   */
  identify(members: readonly string[], bases: readonly string[], signal: AbortSignal): Promise<Identified>

  /**
   * The server that answers, as its root DSE shows it; undefined where it does not.
   * @throws as {@link scan}, but for `IncompleteScanError`
   */
  server(signal: AbortSignal): Promise<AnsweringServer | undefined>

  /**
   * How far the content of the bases has come: one small read. `none` where the server does not show it, undefined
   * where it does not answer.
   * @throws as {@link scan}, but for `IncompleteScanError`
   */
  changeToken(bases: readonly string[], signal: AbortSignal): Promise<ChangeToken | 'none' | undefined>

  /**
   * Whether what moved the token since may matter to a reader of the bases; true wherever the server can't tell.
   * @throws as {@link scan}, but for `IncompleteScanError`
   */
  hasChangedSince(bases: readonly string[], since: ChangeToken, signal: AbortSignal): Promise<boolean>

  /**
   * The names of all attributes that the schema of a base knows, lower case → as written there; undefined where it is
   * not shown. Asked once in an hour.
   * @throws only when `signal` says so
   */
  attributeTypes(base: string, signal: AbortSignal): Promise<ReadonlyMap<string, string> | undefined>
}

/** A server, and its address of those in the configuration. */
export interface AnsweringServer extends FoundServer {
  readonly url: string
  /** Its naming contexts, as far as it shows them; one that it calls the default stands first. */
  readonly contexts: readonly string[]
}

/**
 * What became of reading one entry.
 *
 *   the server                                                  | status
 *   ------------------------------------------------------------|-------------
 *   gives it with its id                                        | found
 *   gives it without a single value in the id attribute         | unidentified
 *   may not tell the bind DN, or neither gives nor denies it    | hidden
 *   says that it does not exist, as it may of what it hides     | missing
 */
export type Lookup =
  | { readonly status: 'found'; readonly entry: Entry }
  | { readonly status: 'unidentified'; readonly entry: UnidentifiedEntry }
  | { readonly status: 'hidden' }
  | { readonly status: 'missing' }

/** Entries that are there, wherever. */
export interface Existing {
  readonly found: ReadonlySet<string>
  /** Why there may be more of them, a part of a sentence; undefined when there are not. */
  readonly doubt?: string
}

/** Members whose entries were found. */
export interface Identified {
  /** The name by which a member was asked for → the directory id. */
  readonly ids: ReadonlyMap<string, string>
  /** As of {@link Existing}. */
  readonly doubt?: string
}

export interface Page {
  readonly entries: readonly Entry[]
  /** Those that carry no single value in the configured id attribute. */
  readonly unidentified: readonly UnidentifiedEntry[]
}
