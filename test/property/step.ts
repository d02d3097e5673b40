/** The attributes of a person's entry that the property changes; null for one that it does not have. */
export interface PersonFields {
  readonly mail: string | null
  readonly cn: string
  readonly displayName: string | null
  readonly telephoneNumber: string | null
  readonly title: string | null
  readonly departmentNumber: string | null
  readonly employeeStatus: string | null
}

/** A group's entry: the name that Zendesk is to show, if it has one, and members: a uid, or `@` and a group's cn. */
export interface GroupFields {
  readonly description: string | null
  readonly members: readonly string[]
}

/** A change of the directory. One that is not possible where things stand does nothing. */
export type DirectoryStep =
  | { readonly do: 'add'; readonly uid: string; readonly fields: PersonFields }
  | { readonly do: 'set'; readonly uid: string; readonly attribute: keyof PersonFields; readonly value: string | null }
  | { readonly do: 'delete' | 'move out' | 'move in'; readonly uid: string }
  | { readonly do: 'rename'; readonly uid: string; readonly to: string }
  | { readonly do: 'add group'; readonly cn: string; readonly fields: GroupFields }
  | { readonly do: 'delete group'; readonly cn: string }
  | { readonly do: 'rename group'; readonly cn: string; readonly to: string }
  | { readonly do: 'describe group'; readonly cn: string; readonly description: string | null }
  | { readonly do: 'join' | 'leave'; readonly cn: string; readonly member: string }

/** A change of a Zendesk user by hand. */
export interface UserStep {
  readonly do:
    | 'by hand: delete'
    | 'by hand: suspend'
    | 'by hand: unsuspend'
    | 'by hand: external id'
    | 'by hand: promote'
    | 'by hand: demote'
  readonly email: string
}

/** A change of a Zendesk group by hand. */
export type GroupStep =
  | { readonly do: 'by hand: join' | 'by hand: leave'; readonly email: string; readonly group: string }
  | { readonly do: 'by hand: delete group' | 'by hand: create group'; readonly group: string }
  | { readonly do: 'by hand: rename group'; readonly group: string; readonly to: string }

export type Step = DirectoryStep | UserStep | GroupStep | { readonly do: 'cycle'; readonly full: boolean }
