import { z } from 'zod'

/**
 * Zendesk's id of something. JSON has no end to its numbers, JavaScript does: from 2^53 on an id would be read as one
 * of its neighbours, and somebody else be written. Today's ids have 14 or 15 digits; 2^53 has 16.
 */
export const Id = z.int()

/** What is said of an answer that holds an id beyond 2^53; undefined for one that has another fault. */
export function wordsOfLargeId({ issues }: z.ZodError): string | undefined {
  const issue = issues.find(
    ({ code, path }) => code === 'too_big' && path.some((part) => /(^|_)id$/.test(String(part))),
  )
  if (issue === undefined) return undefined
  return `The answer’s ${issue.path.join('.')} is beyond 2^53, and could not be told from its neighbours; nothing is done by it. Please report this.`
}
