import { withoutSecrets } from '@provisioner/shared/known-secrets.ts'
import { EXIT } from '../exit-codes.ts'
import { accountOf } from '../ledger/account-of.ts'
import { noteIfSlow } from '../plan/show-plan.ts'
import { tellStart } from '../progress.ts'
import type { CliSession } from '../session.ts'
import { readTextFile, writeTextFile } from '../text-file.ts'
import { compareReviews, readEarlier } from './compare-reviews.ts'
import { describeReview, summaryOf } from './describe-review.ts'
import { makeReview } from './make-review.ts'
import { reviewCsv } from './review-csv.ts'
import { isWhole } from './review-file.ts'

export interface ReviewOptions {
  readonly account?: string
  /** How long a seat may be unused, ms. */
  readonly idle: number
  readonly csv: boolean
  readonly json: boolean
  readonly out?: string
  readonly force: boolean
  readonly since?: string
}

/**
 * `provisioner review`: who is in the account's team, why, and what is wrong with that. Writes neither to Zendesk nor
 * to Redis. Returns the exit code: 0 without findings, 3 with some, 1 where a directory could not be read.
 *
 * @throws AccountUnknownError, TextFileError, EarlierReviewError
 */
export async function showReview(
  session: CliSession,
  { account: named, idle, csv, json, out, force, since }: ReviewOptions,
  print: (text: string) => void,
): Promise<number> {
  const account = accountOf(session, named)
  const earlier = since === undefined ? undefined : readEarlier(await readTextFile(since), since, account)
  const signal = new AbortController().signal
  tellStart('Reading the team in Zendesk, and the directory', { forPrograms: json || csv })
  const review = await noteIfSlow(makeReview(session, account, { idleMs: idle, now: Date.now() }, signal))
  const changes = earlier && compareReviews(earlier, review)
  const asJson = () => JSON.stringify({ ...review, ...(changes && { changes }) }, undefined, out === undefined ? 0 : 2)
  const isCsv = csv || (!json && out?.endsWith('.csv') === true)
  const isJson = json || (!csv && out?.endsWith('.json') === true)
  const text = isCsv ? reviewCsv(review).slice(0, -2) : isJson ? asJson() : describeReview(review, changes)
  if (out === undefined) print(text)
  else {
    await writeTextFile(out, `${withoutSecrets(text)}${isCsv ? '\r\n' : '\n'}`, { replace: force })
    print([...summaryOf(review), `The review is in ${out}. It holds what people are called: keep it safe.`].join('\n'))
  }
  if (!isWhole(review)) return EXIT.failed
  return review.findings.length > 0 ? EXIT.changes : EXIT.done
}
