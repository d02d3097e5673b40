import {
  addEntry,
  deleteEntry,
  LdapChangeRefusedError,
  modifyEntry,
  renameEntry,
} from '@provisioner/sandbox/servers/ldap-change.ts'
import type { SlapdServer } from '@provisioner/sandbox/servers/slapd.ts'
import { group, groupDn, person, personDn } from '../fixtures/people.ts'
import { lookAtDirectory } from './look-at-directory.ts'
import type { DirectoryStep, GroupFields, PersonFields } from './step.ts'

/** A unit that no location of the connection covers. */
export const OUTSIDE = 'elsewhere'

/** Takes a step; what the directory refuses does nothing. */
export async function changeDirectory(slapd: SlapdServer, step: DirectoryStep): Promise<void> {
  try {
    await ('cn' in step ? changeGroup(slapd, step) : changePerson(slapd, step))
  } catch (error) {
    if (!(error instanceof LdapChangeRefusedError)) throw error
  }
}

async function changePerson(slapd: SlapdServer, step: Exclude<DirectoryStep, { readonly cn: string }>): Promise<void> {
  if (step.do === 'add') return addEntry(slapd, personDn(step.uid), personEntry(step.uid, step.fields))
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

function changeGroup(slapd: SlapdServer, step: Extract<DirectoryStep, { readonly cn: string }>): Promise<void> {
  const dn = groupDn(step.cn)
  switch (step.do) {
    case 'add group':
      return addEntry(slapd, dn, groupEntry(step.cn, step.fields))
    case 'delete group':
      return deleteEntry(slapd, dn)
    case 'rename group':
      return renameEntry(slapd, dn, `cn=${step.to}`)
    case 'describe group':
      return modifyEntry(slapd, dn, { replace: { description: step.description ?? [] } })
    case 'join':
      return modifyEntry(slapd, dn, { add: { member: memberDn(step.member) } })
    case 'leave':
      return modifyEntry(slapd, dn, { delete: { member: memberDn(step.member) } })
    default:
      return step satisfies never
  }
}

/** The attributes of a person's entry. */
export function personEntry(uid: string, fields: PersonFields): Record<string, string | string[]> {
  return person({ uid, ...fields })
}

/** The attributes of a group's entry. */
export function groupEntry(cn: string, { description, members }: GroupFields): Record<string, string | string[]> {
  return { ...group(cn, members.map(memberDn)), ...(description !== null && { description }) }
}

function memberDn(member: string): string {
  return member.startsWith('@') ? groupDn(member.slice(1)) : personDn(member)
}
