import { z } from 'zod'
import { CommandLineError } from '../command-line-error.ts'
import { whoIs } from './judge-member.ts'
import { Review, type Finding, type TeamMember } from './review-file.ts'

/** Thrown for a file of `--since` that is no review of this account. */
export class EarlierReviewError extends CommandLineError {
  override name = 'EarlierReviewError' as const
  override readonly code = 'REVIEW_UNREADABLE' as const
}

/** What of a team member has changed. A list tells what was added and taken away. */
export interface ChangedMember {
  readonly zendeskId: number
  readonly who: string
  readonly changes: readonly { readonly what: string; readonly before: string; readonly now: string }[]
}

/** How a review differs from an earlier one. */
export interface ReviewChanges {
  /** When the earlier one was made, ISO 8601. */
  readonly since: string
  readonly joined: readonly TeamMember[]
  /** As they were then. */
  readonly left: readonly TeamMember[]
  readonly changed: readonly ChangedMember[]
  readonly newFindings: readonly Finding[]
  readonly solvedFindings: readonly Finding[]
}

/**
 * Reads an earlier review, as `--json` printed it.
 *
 * @param path names the file in errors
 * @throws EarlierReviewError
 */
export function readEarlier(text: string, path: string, account: string): Review {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new EarlierReviewError(`${path} is no JSON: name a file that 'provisioner review --json' made`, { cause })
  }
  const read = Review.safeParse(parsed)
  if (!read.success)
    throw new EarlierReviewError(
      `${path} is no access review: ${z.prettifyError(read.error).replaceAll('\n', ' ')}; name a file that ` +
        `'provisioner review --json' made`,
    )
  if (read.data.accessReviewOf !== account)
    throw new EarlierReviewError(
      `${path} is a review of account '${read.data.accessReviewOf}', and not of '${account}'`,
    )
  return read.data
}

/**
 * Compares two reviews of one account, by Zendesk id. A finding is the same as long as user and code are. What one of
 * the two could not read (groups, brands) has not changed.
 */
export function compareReviews(before: Review, now: Review): ReviewChanges {
  const [then, today] = [before, now].map(({ members }) => new Map(members.map((one) => [one.zendeskId, one])))
  const [found, standing] = [before, now].map(({ findings }) => new Set(findings.map(keyOf)))
  return {
    since: before.at,
    joined: now.members.filter(({ zendeskId }) => !then!.has(zendeskId)),
    left: before.members.filter(({ zendeskId }) => !today!.has(zendeskId)),
    changed: now.members.flatMap((member) => {
      const earlier = then!.get(member.zendeskId)
      const changes = earlier === undefined ? [] : changesOf(earlier, member)
      return changes.length === 0 ? [] : [{ zendeskId: member.zendeskId, who: whoIs(member), changes }]
    }),
    newFindings: now.findings.filter((one) => !found!.has(keyOf(one))),
    solvedFindings: before.findings.filter((one) => !standing!.has(keyOf(one))),
  }
}

function keyOf({ code, zendeskId }: Finding): string {
  return `${code}|${zendeskId}`
}

const COMPARED = {
  role: 'role',
  customRole: 'custom role',
  groups: 'groups',
  brands: 'brands',
  seat: 'seat',
  suspended: 'suspended',
} as const

function changesOf(before: TeamMember, now: TeamMember): ChangedMember['changes'] {
  return Object.entries(COMPARED).flatMap(([key, what]) => {
    const name = key as keyof typeof COMPARED
    if ((name === 'groups' || name === 'brands') && (before[name] === null || now[name] === null)) return []
    const [was, is] = [said(before[name]), said(now[name])]
    return was === is ? [] : [{ what, before: was, now: is }]
  })
}

function said(value: TeamMember[keyof typeof COMPARED]): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return value === null ? 'none' : String(value)
}
