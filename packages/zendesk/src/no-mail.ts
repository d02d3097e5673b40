import type { UserBody } from './user-body.ts'

/** Writes by whose body Zendesk may be made to write to somebody, and what is known of the body. */
export type MailingWrite = 'create user' | 'update user' | 'create identity'

/** Attributes of an update that concern a user's address, access or standing; `suspended` does only when it ends. */
const CONCERNS_ACCESS = ['email', 'identities', 'verified', 'password', 'role', 'custom_role_id']

/**
 * A write's body with what keeps Zendesk from mailing anybody for it: `skip_verify_email: true`, which the official
 * file declares for users ("the user won't receive a verification email") and for identities ("To create an identity
 * without sending out a verification email"). `verified: true` is no such promise.
 *
 *   write                                             | carries it
 *   --------------------------------------------------|----------------------------
 *   creation, alone or in bulk                        | unless the welcome mail is wished for
 *   creation of a user who is suspended from the start | always: nobody is welcomed to a closed door
 *   update with an address, a role, `verified`, or that ends a suspension | always
 *   any other update                                  | no: Zendesk has nothing to write about
 *   new identity, a stand-in as well                  | always
 *
 * The other writes (`make_primary`, deletions, memberships, groups) have no such attribute, and no page says that they
 * mail.
 *
 * @param welcome whether users that are created are to get Zendesk's welcome mail: `users.verificationMail`
 */
export function withoutMail(write: MailingWrite, body: UserBody, welcome = false): UserBody {
  return maySend(write, body, welcome) ? body : { ...body, skip_verify_email: true }
}

function maySend(write: MailingWrite, body: UserBody, welcome: boolean): boolean {
  switch (write) {
    case 'create user':
      return welcome && body['suspended'] !== true
    case 'update user':
      return body['suspended'] !== false && !CONCERNS_ACCESS.some((name) => name in body)
    case 'create identity':
      return false
    default:
      throw new TypeError(`No rule for ${String(write satisfies never)}`)
  }
}
