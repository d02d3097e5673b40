import { createRequire } from 'node:module'
import { z } from 'zod'

const require = createRequire(import.meta.url)

const DAYS = 'sun|mon|tue|wed|thu|fri|sat'
const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'

/** Least and greatest number, and names, of each field; the field of seconds may be left out. */
const FIELDS = [
  { what: 'second', min: 0, max: 59, names: '' },
  { what: 'minute', min: 0, max: 59, names: '' },
  { what: 'hour', min: 0, max: 23, names: '' },
  { what: 'day of the month', min: 1, max: 31, names: '' },
  { what: 'month', min: 1, max: 12, names: MONTHS },
  { what: 'day of the week', min: 0, max: 7, names: DAYS },
] as const

/**
 * Five fields, or six with seconds before them, of lists of values, ranges and steps. What only some cron dialects know
 * (`L`, `#`, `@daily`) is refused, and so is a day that never comes, such as February 30: a schedule that never fires
 * would be found out too late.
 */
export function isCron(text: string): boolean {
  const parts = text.trim().toLowerCase().split(/\s+/)
  return (parts.length === 5 || parts.length === 6) && badField(parts) === undefined && fires(text)
}

/** The first field that is none, in words: `the hour '25' is not within 0-23`. */
function badField(parts: readonly string[]): string | undefined {
  for (const [i, part] of parts.entries()) {
    const field = FIELDS[i + FIELDS.length - parts.length]
    if (field && !part.split(',').every((item) => fits(item, field)))
      return `the ${field.what} '${part}' is not within ${field.min}-${field.max}`
  }
  return undefined
}

/**
 * Asked of BullMQ, which starts the cycles: it throws for what it can't read, and knows no next time of what never
 * fires.
 */
function fires(text: string): boolean {
  // most configurations have no cron expression, and what reads it takes a tenth of a second to load
  const { getNextMillis } = require('bullmq') as typeof import('bullmq')
  try {
    return getNextMillis(Date.now(), { pattern: text }) !== undefined
  } catch {
    return false
  }
}

function fits(item: string, { min, max, names }: (typeof FIELDS)[number]): boolean {
  const [, from, to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? []
  if (from === undefined || (from === '*' && to !== undefined)) return false
  if (step !== undefined && (Number(step) < 1 || Number(step) > max)) return false
  if (from === '*') return true
  const [low, high] = [from, to ?? from].map((value) => numberOf(value, names, min))
  return low !== undefined && high !== undefined && low >= min && high <= max && low <= high
}

function numberOf(value: string, names: string, first: number): number | undefined {
  if (/^\d+$/.test(value)) return Number(value)
  const at = names.split('|').indexOf(value)
  return at < 0 || value === '' ? undefined : at + first
}

const ALLOWED =
  'a cron expression of five fields such as "0 2 * * *", or of six with seconds before them, that fires at some time'

/** What is allowed, with the field that is at fault where one is. */
function allowedFor(text: unknown): string {
  const parts = String(text).trim().toLowerCase().split(/\s+/)
  const bad = parts.length === 5 || parts.length === 6 ? badField(parts) : undefined
  return bad === undefined ? ALLOWED : `${ALLOWED}; ${bad}`
}

export const Cron = z
  .string(ALLOWED)
  .refine(isCron, { error: ({ input }) => allowedFor(input) })
  .meta({
    id: 'cron',
    description:
      'A cron expression: minute, hour, day of month, month, day of week, such as `0 2 * * *`; seconds may stand before them. Times are the producer’s.',
  })
