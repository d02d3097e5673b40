import { asJson } from '../explained-entry.ts'
import { errorAsJson } from '../error-as-json.ts'
import { recentEvents } from '../history/recent-events.ts'
import type { CliSession } from '../session.ts'
import { describeExplained } from './describe-explained.ts'
import { explainOne } from './explain-one.ts'
import type { Explained } from './explained.ts'
import { findOne } from './find-or-list.ts'
import { onlyInZendesk } from './only-in-zendesk.ts'

/**
 * `provisioner explain`: where somebody, or a group, stands: in one sentence, then by the directory, Zendesk, what
 * waits and is held, the groups, and the mapping. False when nobody is found, or several are, and where Zendesk alone
 * has them, which is told. Writes nothing.
 *
 * @throws EmptyTextError, EntryUnidentifiedError
 */
export async function explain(
  session: CliSession,
  text: string,
  { json, live }: { json: boolean; live: boolean },
  print: (text: string) => void,
): Promise<boolean> {
  const signal = new AbortController().signal
  const search = await findOne(session, text, 'explain', signal)
  if (search.status === 'not one') {
    const { isFound, says } = search.nobodyIn
      ? await onlyInZendesk(search.nobodyIn, text, { live }, signal)
      : { isFound: false, says: [] }
    const lines = isFound ? says : [search.says, ...says]
    const code = isFound ? 'ONLY_IN_ZENDESK' : 'NOT_ONE'
    print(json ? errorAsJson({ code, message: lines.join(' ') }) : lines.join('\n'))
    return false
  }
  const all: Explained[] = []
  const { history } = await session.whole()
  for (const { sources, named } of search.found) {
    const one = await explainOne(sources, named, { live }, signal)
    const { account } = sources.connection
    all.push({ ...one, recent: await recentEvents(history, { ...one, account }) })
  }
  // An entry that several connections' directories have concerns those that have it in scope, or are linked to it.
  const concerned = all.filter((one) => one.outOfScope.length === 0 || one.link !== null)
  const shown = concerned.length > 0 ? concerned : all
  print(shown.map((one) => (json ? JSON.stringify(asJson(one)) : describeExplained(one))).join(json ? '\n' : '\n\n'))
  return true
}
