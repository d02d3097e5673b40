import { ldifEntry } from '../servers/ldif.ts'
import { type Group, groupLdif, groups } from './groups.ts'
import { people } from './people.ts'
import { type Person, personLdif } from './person.ts'
import { spoil, type Trouble } from './troubles.ts'
import { COMPANY } from './workplaces.ts'
import { type ZendeskBefore, zendeskBefore } from './zendesk-before.ts'

export interface SampleOptions {
  /** How many active people the locations of the sample configuration reach; 320 by default, 60 at least. */
  readonly users?: number
  readonly seed?: number
  readonly suffix?: string
}

/** A company's directory, and its Zendesk account as it was before anything was provisioned. */
export interface SampleCompany {
  readonly name: string
  readonly suffix: string
  /** Every entry below the suffix, for {@link startSlapd}. */
  readonly ldif: string
  readonly people: readonly Person[]
  /** Those of the people whom the locations reach, the ones who left included. */
  readonly users: readonly Person[]
  readonly groups: readonly Group[]
  /** What is wrong in the directory. */
  readonly troubles: readonly Trouble[]
  readonly zendeskBefore: ZendeskBefore
}

/** The same options make the same company, to the last byte of its LDIF. */
export function sampleCompany(options: SampleOptions = {}): SampleCompany {
  const { users = 320, seed = 7, suffix = 'dc=example,dc=org' } = options
  const spoiled = spoil(people(suffix, users, seed))
  const teams = groups(suffix, spoiled.people)
  const units = ['people', 'contractors', 'groups'].map((ou) =>
    ldifEntry(`ou=${ou},${suffix}`, { objectClass: 'organizationalUnit', ou }),
  )
  return {
    name: COMPANY,
    suffix,
    ldif: [...units, ...spoiled.people.map(personLdif), ...teams.map(groupLdif)].join(''),
    people: spoiled.people,
    users: spoiled.people.filter((person) => person.inScope),
    groups: teams,
    troubles: spoiled.troubles,
    zendeskBefore: zendeskBefore(spoiled.people),
  }
}
