import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Finding } from './finding.ts'

/** Whether Zendesk will write to people: docs/operations.md, "Mails that Zendesk sends". */
export function mailsOf({ users }: Pick<ConnectionConfig, 'users'>, about: string): Finding {
  if (!users.verificationMail)
    return { level: 'ok', about, what: 'Nobody is mailed for what is written (users.verificationMail: false)' }
  return {
    level: 'warning',
    about,
    what: 'Zendesk welcomes each user that is created by mail, where the account does so (users.verificationMail: true)',
    todo: 'Nothing, if that is meant; else set users.verificationMail: false before the first plan is approved',
  }
}
