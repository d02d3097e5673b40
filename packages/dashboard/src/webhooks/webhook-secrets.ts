import { DashboardSettingsError } from '../dashboard-settings-error.ts'

/** The signing secret of a webhook, and the account of the configuration whose webhook it is. */
export interface WebhookSecret {
  readonly account: string
  readonly secret: string
}

/**
 * Reads `DASHBOARD_WEBHOOK_SECRET`: a secret alone where there is one account, else `ACCOUNT:SECRET` for each, with
 * blanks between; an account may have several, while one takes the place of another.
 *
 * @param accounts all of the configuration
 * @throws DashboardSettingsError
 */
export function readWebhookSecrets(text: string | undefined, accounts: ReadonlySet<string>): WebhookSecret[] {
  const [only, ...others] = accounts
  return (text ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .map((part) => {
      const colon = part.indexOf(':')
      if (colon < 0 && only !== undefined && others.length === 0) return { account: only, secret: part }
      const [account, secret] = [part.slice(0, Math.max(colon, 0)), part.slice(colon + 1)]
      if (accounts.has(account) && secret !== '') return { account, secret }
      throw new DashboardSettingsError(
        `DASHBOARD_WEBHOOK_SECRET names no account of the configuration: write it as "ACCOUNT:SECRET", ` +
          `with one of ${[...accounts].join(', ')}`,
      )
    })
}
