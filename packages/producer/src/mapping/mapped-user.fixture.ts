import type { MappedUser } from './mapped.ts'

/** An entry with these mapped attributes. */
export function mapped(attributes: MappedUser['attributes'], rest: Partial<MappedUser> = {}): MappedUser {
  return {
    kind: 'mapped',
    id: 'ada',
    dn: 'cn=Ada',
    email: 'ada@example.org',
    disabled: false,
    attributes,
    empty: [],
    createOnly: [],
    tagsMode: 'merge',
    masked: [],
    problems: [],
    ...rest,
  }
}
