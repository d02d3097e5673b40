import type { Problem } from '@provisioner/shared/problem.ts'

/** An entry that nothing can be keyed on. */
export function unidentifiedEntry(dn: string, attribute: string): Problem {
  return {
    code: 'ID_MISSING',
    subject: 'user',
    id: dn,
    dn,
    attribute,
    what: `The entry has no value in '${attribute}', or the bind DN may not read it`,
    todo: `Let the bind DN read '${attribute}', or name another immutable attribute in directory.id`,
  }
}

/** Entries that share an address: none of them is newly applied, since one Zendesk user can't follow two. */
export function emailConflicts(byEmail: Iterable<readonly { id: string; dn: string; email: string }[]>): {
  ids: Map<string, string>
  problems: Problem[]
} {
  const ids = new Map<string, string>()
  const problems: Problem[] = []
  for (const same of byEmail) {
    if (same.length < 2) continue
    for (const one of same) {
      ids.set(one.id, one.dn)
      const others = same.filter((other) => other !== one).map((other) => other.dn)
      problems.push({
        code: 'EMAIL_TWICE',
        subject: 'user',
        id: one.id,
        dn: one.dn,
        attribute: 'email',
        what: `'${one.email}' is also the address of ${others.join(', ')}; none of them is changed in Zendesk`,
        todo: 'Give all but one of the entries another address, or take them out of users.locations',
      })
    }
  }
  return { ids, problems }
}
