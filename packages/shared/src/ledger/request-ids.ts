import { formatEntityMember, type EntityName } from './entity-member.ts'

/** So many are kept at most: those of entities that are being written. */
const MAX_IDS = 10_000

/**
 * Zendesk's ids of the requests that were answered, until what came of them is told the ledger: for the history. Of one
 * entity the last one counts.
 */
export class RequestIds {
  readonly #ids = new Map<string, { readonly by: string; readonly id: string }>()

  /** Keeps the id of an answer. @param by the lease token under which the request went out */
  note(entity: EntityName, by: string, id: string): void {
    const about = formatEntityMember(entity)
    this.#ids.delete(about)
    this.#ids.set(about, { by, id })
    if (this.#ids.size > MAX_IDS) this.#ids.delete(this.#ids.keys().next().value!)
  }

  /** That of the last answer under `by`, which is kept no more; nothing where there was none, or it told none. */
  take(entity: EntityName, by: string): { readonly requestId?: string } {
    const about = formatEntityMember(entity)
    const known = this.#ids.get(about)
    this.#ids.delete(about)
    return known?.by === by ? { requestId: known.id } : {}
  }
}
