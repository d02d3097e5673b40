import type { Problem } from '@provisioner/shared/problem.ts'
import type { MappedUser } from '../mapping/mapped.ts'

/** Told once: an account that allows one organization may refuse a user who is given several, and all else with it. */
export function oneOrganizationOnly(connection: string): Problem {
  return {
    code: 'ORGANIZATIONS_NOT_ALLOWED',
    subject: 'connection',
    id: `${connection}.organizations`,
    attribute: 'organizations',
    what:
      'The account does not allow a user to be in several organizations: ' +
      'users.map.organizations is left alone for everybody',
    todo: 'Allow multiple organizations in Zendesk’s Admin Center, or map organization in place of organizations',
  }
}

/** The user with nothing said of organizations. */
export function withoutOrganizations(user: MappedUser): MappedUser {
  const { organizations: _none, ...attributes } = user.attributes
  return { ...user, attributes, empty: user.empty.filter((name) => name !== 'organizations') }
}
