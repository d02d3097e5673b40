import type { Evidence } from './evidence.ts'

/** Problems of things that are no more: each has to go with what it is about. */
export function staleProblems({ wishes, groupWishes, account, history, problems }: Evidence): string[] {
  const people = new Set([
    ...wishes.map((wish) => wish.id),
    ...account.users.flatMap(({ id }) => [history.owners.get(id) ?? `zendesk-${id}`]),
  ])
  const groups = new Set(groupWishes.map((wish) => wish.id))
  return problems.flatMap(({ subject, id, code, what }) => {
    const [group = '', user = ''] = id.split('~')
    const known = subject === 'user' ? people.has(id) : groups.has(group) && (user === '' || people.has(user))
    return known ? [] : [`${code} is reported of ${subject} ${id}, who is no more: ${what}`]
  })
}
