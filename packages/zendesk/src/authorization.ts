/** How requests prove who sends them. */
export interface Authorization {
  /** The value of the header `Authorization`. */
  header(signal?: AbortSignal): Promise<string>
  /**
   * Gets a new one after Zendesk refused `refused`. False when there is none to get: an API token does not change.
   * Another process may have renewed it already; then its token is used.
   */
  renew(refused: string, signal?: AbortSignal): Promise<boolean>
}
