import { normaliseDn } from '../directory/dn.ts'
import { roleGroupsOf } from '../cycle/user-policy.ts'
import { readGroups } from '../source/read-groups.ts'
import type { CliSession } from './session.ts'

/** `provisioner map DN`: what one entry maps to, step by step. Masked values are not shown. */
export async function explainMapping(session: CliSession, dn: string, print: (text: string) => void): Promise<boolean> {
  const signal = new AbortController().signal
  for (const connection of session.connections) {
    const { directory, mapping } = session.sources(connection)
    const entry = await directory.read(dn, mapping.attributesToRead, signal)
    if (!entry) continue
    const roles = roleGroupsOf(connection.users)
    const { tree } = await readGroups(directory, connection, roles, signal)
    const key = normaliseDn(entry.dn)
    const groups = new Set(roles.map(normaliseDn).filter((role) => tree.membersOf(role, true).has(key)))
    const explained = await mapping.explain(entry, { groupsOf: () => groups })
    print(`${entry.dn}\n  directory id ${entry.id}\n  disabled     ${String(explained.disabled)}`)
    for (const trace of explained.attributes) print(`  ${JSON.stringify(trace)}`)
    for (const problem of explained.problems) print(`  ${problem.code}: ${problem.what}. ${problem.todo}.`)
    return true
  }
  print(`No connection's directory has '${dn}', or the bind DN may not read it.`)
  return false
}
