import { ldifAdd, ldifDelete, ldifModify, ldifRename } from '@provisioner/sandbox/servers/ldif.ts'
import type { Random } from '@provisioner/sandbox/zendesk-account/random.ts'
import { directoryOf, group, groupDn, person, personDn } from '../fixtures/people.ts'
import type { ChaosSize } from './chaos-size.ts'

/** A change of the directory: in words, and as LDIF. */
export interface Change {
  readonly text: string
  readonly ldif: string
}

/** How often each change is drawn, of all of them together. */
const WEIGHTS = {
  phone: 30,
  name: 8,
  email: 4,
  hire: 10,
  leave: 5,
  disable: 5,
  enable: 5,
  promote: 3,
  join: 15,
  part: 10,
  'new group': 3,
  'rename group': 1,
  'delete group': 1,
}
/** So many people have half of all changes: one change of theirs meets the one before. */
const BUSY = 12
type Kind = keyof typeof WEIGHTS

/**
 * A company whose people and groups come and go, all of it from one seed. Addresses and names are never used twice, and
 * the number in each new telephone number and name is higher than all before it: whoever sees two knows which is the
 * newer one.
 */
export class Company {
  readonly ldif: string
  readonly #random: Random
  readonly #people: string[] = []
  readonly #agents: string[] = []
  readonly #disabled: string[] = []
  readonly #groups = new Map<string, string[]>()
  #serial = 1_000_000
  #peopleEver = 0
  #groupsEver = 0

  constructor(size: ChaosSize, random: Random) {
    this.#random = random
    const people = Array.from({ length: size.people }, () => ({
      uid: this.#newPerson(),
      telephoneNumber: this.#phone(),
    }))
    this.#agents.push(...this.#people.slice(0, size.agents))
    for (let i = 0; i < size.groups; i++) this.#groups.set(this.#newGroup(), [])
    for (let i = 0; i < size.memberships; i++) this.#join()
    this.ldif = directoryOf(people, { agents: this.#agents, ...Object.fromEntries(this.#groups) })
  }

  /** People and groups that were ever there. */
  get ever(): { readonly people: number; readonly groups: number } {
    return { people: this.#peopleEver, groups: this.#groupsEver }
  }

  /** The next change; undefined when it is none: nobody is left for it. */
  change(): Change | undefined {
    const kind = this.#draw()
    const ldif = this.#ldifOf(kind)
    return ldif === undefined ? undefined : { text: `${kind}: ${/^dn: ([^,]+)/.exec(ldif)?.[1]}`, ldif }
  }

  #ldifOf(kind: Kind): string | undefined {
    switch (kind) {
      case 'phone':
        return this.#set('telephoneNumber', () => this.#phone())
      case 'name':
        return this.#set('displayName', () => `Name ${this.#serial++}`)
      case 'email':
        return this.#set('mail', () => `mail${this.#serial++}@example.org`)
      case 'hire': {
        const uid = this.#newPerson()
        return ldifAdd(personDn(uid), person({ uid, telephoneNumber: this.#phone() }))
      }
      case 'leave': {
        const uid = this.#take(this.#people)
        return uid === undefined ? undefined : ldifDelete(personDn(uid))
      }
      case 'disable': {
        const uid = this.#pick(this.#people)
        if (uid === undefined || this.#disabled.includes(uid)) return undefined
        this.#disabled.push(uid)
        return ldifModify(personDn(uid), { replace: { employeeStatus: 'left' } })
      }
      case 'enable': {
        const uid = this.#take(this.#disabled)
        if (uid === undefined || !this.#people.includes(uid)) return undefined
        return ldifModify(personDn(uid), { replace: { employeeStatus: [] } })
      }
      case 'promote': {
        const uid = this.#pick(this.#people)
        if (uid === undefined || this.#agents.includes(uid)) return undefined
        this.#agents.push(uid)
        return ldifModify(groupDn('agents'), { add: { member: personDn(uid) } })
      }
      case 'join': {
        const [cn, uid] = this.#join() ?? []
        return cn === undefined ? undefined : ldifModify(groupDn(cn), { add: { member: personDn(uid!) } })
      }
      case 'part': {
        const cn = this.#pick([...this.#groups.keys()])
        const members = this.#groups.get(cn ?? '') ?? []
        const uid = members.length > 1 ? this.#take(members) : undefined
        return uid === undefined ? undefined : ldifModify(groupDn(cn!), { delete: { member: personDn(uid) } })
      }
      case 'new group': {
        const cn = this.#newGroup()
        this.#groups.set(cn, [])
        const members = Array.from({ length: 5 }, () => this.#pick(this.#agents)!)
        this.#groups.set(cn, [...new Set(members)])
        return ldifAdd(groupDn(cn), group(cn, this.#groups.get(cn)!))
      }
      case 'rename group': {
        const cn = this.#pick([...this.#groups.keys()])
        if (cn === undefined) return undefined
        const to = `zd-renamed-${this.#serial++}`
        this.#groups.set(to, this.#groups.get(cn)!)
        this.#groups.delete(cn)
        return ldifRename(groupDn(cn), `cn=${to}`)
      }
      case 'delete group': {
        const cn = this.#pick([...this.#groups.keys()])
        if (cn === undefined) return undefined
        this.#groups.delete(cn)
        return ldifDelete(groupDn(cn))
      }
      default:
        return kind satisfies never
    }
  }

  #set(attribute: string, value: () => string): string | undefined {
    const uid = this.#pick(this.#random() < 0.5 ? this.#people.slice(0, BUSY) : this.#people)
    return uid === undefined ? undefined : ldifModify(personDn(uid), { replace: { [attribute]: value() } })
  }

  #join(): readonly [cn: string, uid: string] | undefined {
    const cn = this.#pick([...this.#groups.keys()])
    const uid = this.#pick(this.#agents)
    if (cn === undefined || uid === undefined || this.#groups.get(cn)!.includes(uid)) return undefined
    this.#groups.get(cn)!.push(uid)
    return [cn, uid]
  }

  #newPerson(): string {
    const uid = `person${++this.#peopleEver}`
    this.#people.push(uid)
    return uid
  }

  #newGroup(): string {
    return `zd-group-${++this.#groupsEver}`
  }

  #phone(): string {
    return `+4930${this.#serial++}`
  }

  #draw(): Kind {
    const kinds = Object.entries(WEIGHTS) as [Kind, number][]
    let left = this.#random() * kinds.reduce((sum, [, weight]) => sum + weight, 0)
    return (kinds.find(([, weight]) => (left -= weight) < 0) ?? kinds[0]!)[0]
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)]
  }

  #take<T>(items: T[]): T | undefined {
    return items.splice(Math.floor(this.#random() * items.length), 1)[0]
  }
}
