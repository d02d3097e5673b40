import {
  addEntry,
  deleteEntry,
  LdapChangeRefusedError,
  modifyEntry,
  renameEntry,
} from '@provisioner/sandbox/servers/ldap-change.ts'
import { person, personDn } from '../fixtures/people.ts'
import type { World } from '../fixtures/world.ts'
import { lookAtDirectory } from './look-at-directory.ts'
import type { PersonFields, Step } from './scenario.ts'

/** A unit that no location of the connection covers. */
export const OUTSIDE = 'elsewhere'

/** Takes a step; what the directory or Zendesk refuses, or nobody is there for, does nothing. */
export async function takeStep(world: World, step: Exclude<Step, { readonly do: 'cycle' }>): Promise<void> {
  if ('email' in step) return byHand(world, step)
  try {
    await changeDirectory(world, step)
  } catch (error) {
    if (!(error instanceof LdapChangeRefusedError)) throw error
  }
}

async function changeDirectory(
  { slapd }: World,
  step: Exclude<Step, { readonly email: string } | { readonly do: 'cycle' }>,
): Promise<void> {
  if (step.do === 'add') return addEntry(slapd, personDn(step.uid), entryOf(step.uid, step.fields))
  const entries = await lookAtDirectory(slapd, 'inetOrgPerson')
  const dn = entries.find((entry) => entry.values('uid')[0] === step.uid)?.dn
  if (dn === undefined) return
  switch (step.do) {
    case 'set':
      return modifyEntry(slapd, dn, { replace: { [step.attribute]: step.value ?? [] } })
    case 'delete':
      return deleteEntry(slapd, dn)
    case 'move out':
      return renameEntry(slapd, dn, `uid=${step.uid}`, `ou=${OUTSIDE},dc=example,dc=org`)
    case 'move in':
      return renameEntry(slapd, dn, `uid=${step.uid}`, 'ou=people,dc=example,dc=org')
    case 'rename':
      return renameEntry(slapd, dn, `uid=${step.to}`)
    default:
      return step satisfies never
  }
}

/** The attributes of a person's entry. */
export function entryOf(uid: string, fields: PersonFields): Record<string, string | string[]> {
  return person({ uid, ...fields })
}

async function byHand({ zendesk }: World, step: Extract<Step, { readonly email: string }>): Promise<void> {
  const user = await zendesk.user(step.email)
  if (!user) return
  const path = `/api/v2/users/${user.id}`
  switch (step.do) {
    case 'by hand: delete':
      return zendesk.call('DELETE', path)
    case 'by hand: suspend':
      return zendesk.call('PUT', path, { user: { suspended: true } })
    case 'by hand: unsuspend':
      return zendesk.call('PUT', path, { user: { suspended: false } })
    case 'by hand: external id':
      return zendesk.call('PUT', path, { user: { external_id: null } })
    case 'by hand: promote':
      return zendesk.call('PUT', path, { user: { role: 'agent' } })
    default:
      return step satisfies never
  }
}
