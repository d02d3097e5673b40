import type { GroupRecord, UserRecord } from '@provisioner/shared/ledger/record.ts'
import { isSameKey } from '@provisioner/zendesk/look-up-users.ts'
import type { Terminal } from '../decide.ts'
import { EXIT } from '../exit-codes.ts'
import type { CliSession } from '../session.ts'
import { BUSY, subjectOf, writeByHand, type Subject } from './link-by-hand.ts'
import type { LinkOptions } from './link.ts'
import { readSide, type LinkSide } from './link-side.ts'

/**
 * `provisioner unlink`: has the ledger forget which user or group of Zendesk an entry is linked to; Zendesk is written
 * nothing. Says what the next cycle makes of it. Returns the exit code: 1 where nobody is found, something is being
 * written to it, or nobody said yes.
 *
 * @throws EmptyTextError, ZendeskError, and whatever the directory throws
 */
export async function unlink(
  session: CliSession,
  who: string,
  { json, reason }: LinkOptions,
  { print, confirm }: Terminal,
): Promise<number> {
  const signal = new AbortController().signal
  const subject = await subjectOf(session, who, 'unlink', signal)
  if (typeof subject === 'string') {
    print(subject)
    return EXIT.failed
  }
  const { kind, id, dn, label, record, sources } = subject
  const from = record?.zendeskId ?? null
  const side = from === null ? undefined : await readSide(sources, kind, from, signal)
  const follows = whatFollows(subject, side)
  const end = (unlinked: boolean, says: string) => {
    print(
      json ? JSON.stringify({ connection: sources.connection.id, kind, id, dn, label, from, follows, unlinked }) : says,
    )
    return unlinked || from === null ? EXIT.done : EXIT.failed
  }
  if (from === null) return end(false, `'${label}' is linked to nothing.`)
  if (!json) print(describe(subject, from, side, follows))
  if (!(await confirm('Forget the link?'))) return end(false, 'Nothing was forgotten.')
  const answer = await writeByHand(session, subject, { zendeskId: null, applied: null, dn, label }, reason)
  return answer === 'unlinked' ? end(true, 'Forgotten. Zendesk was written nothing.') : end(false, BUSY)
}

/**
 * What the next cycle makes of an entry that is linked to nothing.
 *
 *   the entry        | its object in Zendesk           | the next cycle
 *   -----------------|---------------------------------|------------------------------------------
 *   has left         | any                             | leaves it as it is
 *   is in scope      | is still found by the entry     | links it again
 *   is in scope      | is not, or is no more           | looks for another, and creates it if there is none
 */
function whatFollows({ kind, isInDirectory, record }: Subject, side: LinkSide | undefined): string {
  if (!isInDirectory) return `The entry has left: the ${kind} stays in Zendesk as it is, and nobody takes access away.`
  const by = side && record ? foundBy(record, side) : undefined
  if (by !== undefined)
    return (
      `The next cycle finds it again by its ${by}, and links it, unless that is changed in Zendesk before, or another ` +
      `entry is linked to it ('provisioner link').`
    )
  const how = kind === 'user' ? 'external id and address' : 'name'
  return `The next cycle looks for another ${kind} by ${how}, and creates one if there is none.`
}

function foundBy(record: UserRecord | GroupRecord, { user, words }: LinkSide): string | undefined {
  const desired = record.desired ?? record.applied
  if (!user) return desired && 'name' in desired && `'${desired.name}'` === words ? 'name' : undefined
  const attributes = desired && 'attributes' in desired ? desired.attributes : {}
  if (isSameKey(user.external_id, attributes['external_id'])) return 'external id'
  return isSameKey(user.email, attributes['email']) ? 'address' : undefined
}

function describe(
  { sources, kind, id, dn, label }: Subject,
  from: number,
  side: LinkSide | undefined,
  follows: string,
): string {
  return [
    `Connection '${sources.connection.id}':`,
    `  entry    ${dn || id}  (${label})`,
    `  Zendesk  ${kind} ${from}: ${side?.words ?? 'not there any more'}`,
    `  linked   ${kind} ${from} → nothing`,
    follows,
  ].join('\n')
}
