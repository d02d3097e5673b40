import { describe, expect, it } from 'vitest'
import { dayOfChanges } from './day-of-changes.ts'
import { sampleCompany } from './sample-company.ts'

const company = sampleCompany()

describe('sampleCompany', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(sampleCompany().ldif).toBe(company.ldif)
    expect(sampleCompany({ seed: 8 }).ldif).not.toBe(company.ldif)
  })

  it('has the people that were asked for in scope, and others beside', () => {
    const active = company.users.filter((person) => person.status === 'active')

    expect(active).toHaveLength(320)
    expect(active.filter((person) => person.role === 'agent')).toHaveLength(80)
    expect(active.filter((person) => person.lead)).toHaveLength(8)
    expect(company.users.filter((person) => person.status === 'left')).toHaveLength(7)
    expect(company.people.length).toBeGreaterThan(company.users.length)
  })

  it.each([60, 100, 320, 2000])('gives every entry of %d users a name, an address and a number of its own', (users) => {
    const { people, troubles } = sampleCompany({ users })
    const spoiled = new Set(troubles.map((trouble) => trouble.dn))
    const sound = people.filter((person) => !spoiled.has(person.dn))

    expect(new Set(people.map((person) => person.dn.toLowerCase())).size).toBe(people.length)
    expect(new Set(people.map((person) => person.employeeNumber)).size).toBe(people.length)
    expect(new Set(sound.map((person) => person.mail)).size).toBe(sound.length)
  })

  it('has names, addresses and DNs of every awkward kind', () => {
    const names = company.users.map((person) => person.displayName).join('\n')

    expect(names).toMatch(/ü[^]*ß|ß[^]*ü/)
    expect(names).toContain("O'Brien")
    expect(names).toMatch(/\p{Emoji_Presentation}|🏔/u)
    expect(names).toMatch(/\p{Script=Cyrillic}/u)
    expect(names).toMatch(/\p{Script=Han}/u)
    expect(company.users.some((person) => person.mail?.includes('+'))).toBe(true)
    expect(company.users.some((person) => person.dn.includes('\\,'))).toBe(true)
  })

  it('has nested groups, a circle of groups, and no empty one', () => {
    const members = new Map(company.groups.map((group) => [group.dn, group.members]))
    const [europe = '', dach = ''] = ['staff-europe', 'staff-dach'].map(
      (name) => `cn=${name},ou=groups,${company.suffix}`,
    )

    expect(company.groups.length).toBeGreaterThanOrEqual(28)
    expect(members.get(europe)).toContain(dach)
    expect(members.get(dach)).toContain(europe)
    expect(company.groups.filter((group) => group.members.length === 0)).toEqual([])
  })

  it('leaves every agent a group when the old catalogue is dissolved', () => {
    const teams = company.groups.filter((group) => group.provisioned && group.name !== 'zd-legacy-catalogue')
    const homeless = company.users.filter((person) => {
      return person.role === 'agent' && !teams.some((team) => team.members.includes(person.dn))
    })

    expect(homeless).toEqual([])
  })

  it('has 45 users and six groups in Zendesk, most of them known to the directory', () => {
    const { users, groups, memberships } = company.zendeskBefore
    const mails = new Set(company.users.map((person) => person.mail))

    expect([users.length, groups.length]).toEqual([45, 6])
    expect(users.filter((user) => mails.has(user.email.toLowerCase()))).toHaveLength(39)
    expect(users.some((user) => user.email !== user.email.toLowerCase())).toBe(true)
    expect(new Set([...users, ...groups, ...memberships].map(({ id }) => id)).size).toBe(45 + 6 + memberships.length)
    expect(memberships.every(({ user_id }) => users.find(({ id }) => id === user_id)?.role !== 'end-user')).toBe(true)
  })
})

describe('dayOfChanges', () => {
  it('tells thirteen things, each once', () => {
    const steps = dayOfChanges(company)

    expect(steps).toHaveLength(13)
    expect(new Set(steps.map((step) => step.name)).size).toBe(13)
  })

  it.each([60, 100, 1000])('finds its people in a company of %d', (users) => {
    expect(dayOfChanges(sampleCompany({ users }))).toHaveLength(13)
  })
})
