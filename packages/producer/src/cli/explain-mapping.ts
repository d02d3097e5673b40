import { roleIndex } from '../cycle/member-index.ts'
import { roleGroupsOf } from '../cycle/user-policy.ts'
import { readGroups } from '../source/read-groups.ts'
import { toUser, userAttributes } from '../source/read-users.ts'
import type { CliSession } from './session.ts'

/** `provisioner map DN`: what one entry maps to, step by step. Masked values are not shown. */
export async function explainMapping(session: CliSession, dn: string, print: (text: string) => void): Promise<boolean> {
  const signal = new AbortController().signal
  for (const connection of session.connections) {
    const { directory, mapping } = session.sources(connection)
    const there = await directory.read(dn, [], signal)
    if (there.status === 'unidentified') {
      const { id } = connection.directory
      print(
        `'${there.entry.dn}' shows no single value in '${id}', the configured id (directory.id): nothing can be keyed on it.`,
      )
      return false
    }
    if (there.status !== 'found') continue
    const groups = await readGroups(directory, connection, roleGroupsOf(connection.users), signal)
    const attributes = userAttributes(connection, groups.tree, mapping.attributesToRead)
    const whole = await directory.read(dn, attributes, signal)
    const { entry } = whole.status === 'found' ? whole : there
    const roles = roleIndex(groups)(toUser(entry, connection, groups.tree))
    const explained = await mapping.explain(entry, { groupsOf: () => roles, now: Date.now() })
    print(`${entry.dn}\n  directory id ${entry.id}\n  disabled     ${String(explained.disabled)}`)
    for (const trace of explained.attributes) print(`  ${JSON.stringify(trace)}`)
    for (const problem of explained.problems) print(`  ${problem.code}: ${problem.what}. ${problem.todo}.`)
    return true
  }
  print(`No connection's directory has '${dn}', or the bind DN may not read it.`)
  return false
}
