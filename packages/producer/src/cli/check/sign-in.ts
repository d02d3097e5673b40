import type { AccountConfig } from '@provisioner/shared/config/account.ts'
import { ZendeskError } from '@provisioner/zendesk/errors.ts'
import { isScopeRefused, type SignedIn } from '@provisioner/zendesk/open-to-look.ts'
import type { CurrentUser } from '@provisioner/zendesk/users.ts'
import type { Finding } from './finding.ts'

/** What the product needs: the endpoints for addresses refuse narrower scopes. */
const SCOPES = ['read', 'write'] as const

const WHERE = 'in Admin Center under Apps and integrations > APIs > OAuth clients'

/** What became of a connection that was not made, by Node.js's and OpenSSL's codes; else it is the network. */
const UNREACHED: Readonly<Record<string, readonly [what: string, todo: string]>> = {
  ENOTFOUND: ["the name service does not know the host's name", 'Correct the subdomain in'],
  EAI_AGAIN: ['the name service does not answer', "Look at this machine's name service; the address is that of"],
  ECONNREFUSED: ['nothing listens there', 'Correct host and port of'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'its certificate is not trusted',
    'Name its authority in NODE_EXTRA_CA_CERTS, or correct',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'its certificate is not trusted',
    'Name its authority in NODE_EXTRA_CA_CERTS, or correct',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate is not trusted',
    'Name its authority in NODE_EXTRA_CA_CERTS, or correct',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', 'Correct the host of'],
  EPROTO: ['it does not speak TLS', 'Correct the port of'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS', 'Correct the port of'],
}

/**
 * Why nobody can sign in, and what to do; undefined for an error that is none of Zendesk's.
 *
 *   what came                                    | is taken for
 *   ---------------------------------------------|-------------------------------------
 *   no answer                                    | a wrong address, or the network
 *   a refusal that speaks of the scope           | a client that may not even read
 *   another refusal of the credentials           | wrong credentials
 *   429, 5xx                                     | Zendesk's state, which passes
 *   403                                          | a client, or a user, without rights
 *   404, a redirection, a page, any other        | no Zendesk account
 */
export function signInFault(id: string, { url, auth }: AccountConfig, error: unknown): Finding | undefined {
  if (!(error instanceof ZendeskError)) return undefined
  const { problem, code, message } = error
  const about = { level: 'failed', about: 'sign-in', code } as const
  const setting = `accounts.${id}.url`
  switch (problem.kind) {
    case 'unanswered': {
      const cause = error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : ''
      const [what, todo] = UNREACHED[cause] ?? ['it does not answer', 'Look at the network and its proxy, and correct']
      return { ...about, what: `${url} can't be reached: ${what}${cause && ` (${cause})`}`, todo: `${todo} ${setting}` }
    }
    case 'unauthenticated': {
      if (isScopeRefused(error)) return { ...about, ...noScope(SCOPES.join(' '), message) }
      const keys = auth.clientId === undefined ? 'email and apiToken' : 'clientId and clientSecret'
      return {
        ...about,
        what: `${url} refuses ${keys}. ${message}`,
        todo:
          auth.clientId === undefined
            ? `Correct them under accounts.${id}.auth, or make an OAuth client ${WHERE}`
            : `Correct them under accounts.${id}.auth: identifier and secret of a confidential client, ${WHERE}`,
      }
    }
    case 'rate limited':
    case 'unavailable':
      return { ...about, what: message, todo: 'Try again; if it stays so, look at what else uses the account' }
    case 'forbidden':
      return { ...about, what: message, todo: `Give the OAuth client the scopes ${SCOPES.join(' and ')} ${WHERE}` }
    default:
      return {
        ...about,
        what: `${url} answers, and not as a Zendesk account does. ${message}`,
        todo: `Correct the subdomain in ${setting}, as in https://acme.zendesk.com, and look for a proxy between`,
      }
  }
}

/** What the token may do, as far as anybody says. */
export function scopesOf(id: string, { scopes, refusal }: SignedIn): Finding[] {
  if (refusal)
    return [{ level: 'failed', about: 'scopes', code: 'ZENDESK_SCOPE_MISSING', ...noScope('write', refusal.message) }]
  if (scopes === undefined)
    return [
      {
        level: 'unknown',
        about: 'scopes',
        what: "It can't be told without writing whether the credentials may write: Zendesk does not say so",
        todo: `Make sure that those of accounts.${id}.auth are an admin's, and may ${SCOPES.join(' and ')}`,
      },
    ]
  const missing = SCOPES.filter((one) => !scopes.includes(one))
  if (missing.length > 0)
    return [
      {
        level: 'failed',
        about: 'scopes',
        code: 'ZENDESK_SCOPE_MISSING',
        ...noScope(missing.join(' and '), `The token's scopes are ${scopes.join(' ') || 'none'}`),
      },
    ]
  return [{ level: 'ok', about: 'scopes', what: `${scopes.join(' ')}, as the token says` }]
}

function noScope(missing: string, said: string) {
  return {
    what: `The OAuth client may not have the scope ${missing}. ${said}`,
    todo: `Give it the scopes ${SCOPES.join(' and ')} ${WHERE}`,
  }
}

/** Whether the user of the credentials may do what the product does: only admins write agents and admins. */
export function roleOf({ role, name, email }: CurrentUser): Finding {
  if (role === 'admin') return { level: 'ok', about: 'role', what: 'An admin' }
  const who = email ?? name ?? 'The user of the credentials'
  if (role === null || role === undefined)
    return {
      level: 'unknown',
      about: 'role',
      what: `Zendesk does not say what role ${who} has; it has to be an admin's`,
    }
  return {
    level: 'failed',
    about: 'role',
    code: 'ZENDESK_FORBIDDEN',
    what: `${who} has the role '${role}': only an admin may create and change agents, admins and groups`,
    todo: `Make this user an admin in Zendesk, or have an admin make an OAuth client ${WHERE}`,
  }
}
