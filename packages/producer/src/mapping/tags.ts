import { faultOfText } from './value-limits.ts'
import type { Fault } from './fault.ts'

/**
 * Tags as Zendesk keeps them: it compares them without case and splits a tag at spaces and commas. Their order has no
 * meaning, so that they are sorted, and equal directory values give equal tags.
 *
 *   values               | tags
 *   ---------------------|--------------------
 *   Second Level, VIP    | second_level, vip
 *   VIP, vip             | vip
 *   'a, b'               | a_b
 */
export function normaliseTags(values: readonly string[]): { tags: string[] } | { fault: Fault } {
  const tags = new Set<string>()
  for (const value of [...values].sort()) {
    const tag = value
      .trim()
      .toLowerCase()
      .replace(/[\s,]+/g, '_')
    const fault = faultOfText(tag, 'line')
    if (fault !== undefined) return { fault }
    if (tag !== '') tags.add(tag)
  }
  return { tags: [...tags].sort() }
}
