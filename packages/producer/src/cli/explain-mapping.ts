import { readProblemsWith } from '@provisioner/shared/ledger/about-entity.ts'
import { connectionName } from '@provisioner/shared/ledger/keys.ts'
import type { LedgerRecord } from '@provisioner/shared/ledger/record.ts'
import type { PlanSources } from '../cycle/plan-sources.ts'
import { describeEntry } from './describe-entry.ts'
import { findOne } from './explain/find-or-list.ts'
import { errorAsJson } from './error-as-json.ts'
import { readEntry, type EntrySources } from './explain/read-entry.ts'
import { asJson, type ExplainedEntry } from './explained-entry.ts'
import { isAbout, withUnknownNames } from './reported-of-entry.ts'
import type { CliSession } from './session.ts'

/**
 * `provisioner explain --mapping`, and `map`: what one entry maps to, step by step; that it is out of scope, a group,
 * or not there, first of all. Masked values are not shown. False when nothing was found, or more than one entry.
 *
 * @throws EmptyTextError, EntryUnidentifiedError
 */
export async function explainMapping(
  session: CliSession,
  text: string,
  { json }: { json: boolean },
  print: (text: string) => void,
): Promise<boolean> {
  const signal = new AbortController().signal
  const search = await findOne(session, text, 'map', signal)
  if (search.status === 'not one') {
    print(json ? errorAsJson({ code: 'NOT_ONE', message: search.says }) : search.says)
    return false
  }
  const explained: ExplainedEntry[] = []
  const gone: string[] = []
  for (const { sources, named } of search.found) {
    const one = await explain(sources, named.dn, signal)
    if (one) explained.push(one)
    else gone.push(`'${named.dn || named.id}' is not in the directory any more: see 'provisioner explain'.`)
  }
  for (const message of gone)
    if (!json || explained.length === 0) print(json ? errorAsJson({ code: 'NOT_ONE', message }) : message)
  // An entry that several connections' directories have concerns those that have it in scope.
  const inScope = explained.filter((one) => one.outOfScope.length === 0)
  for (const one of inScope.length > 0 ? inScope : explained)
    print(json ? JSON.stringify(asJson(one)) : describeEntry(one))
  return explained.length > 0
}

async function explain(
  sources: PlanSources & EntrySources,
  dn: string,
  signal: AbortSignal,
): Promise<ExplainedEntry | undefined> {
  if (dn === '') return undefined
  const { connection, redis, reader } = sources
  const found = await readEntry(sources, dn, signal)
  if (!found) return undefined
  const { entry, objectClasses } = found
  const [[record], stored] = await Promise.all([
    reader.records<LedgerRecord>(found.kind, [entry.id]),
    readProblemsWith(redis, connectionName(connection), [entry.id, JSON.stringify(entry.dn).slice(1, -1)]),
  ])
  const problems = stored.filter(({ problem }) => isAbout(problem, entry))
  const about = { connection: connection.id, dn: entry.dn, id: entry.id, objectClasses }
  const zendeskId = record?.zendeskId ?? null
  if (found.kind === 'group') {
    const group = { name: found.name, members: found.members.size }
    return { ...about, problems, group, outOfScope: found.outOfScope, zendeskId }
  }
  const { traces, unknown } = withUnknownNames(found.mapping.attributes, stored)
  return {
    ...about,
    problems: [...problems, ...unknown],
    outOfScope: found.scope.outOfScope,
    zendeskId,
    mapping: { ...found.mapping, attributes: traces },
  }
}
