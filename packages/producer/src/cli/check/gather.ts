import { formatDuration } from '@provisioner/shared/duration.ts'
import { ofError, type Finding, type Tell } from './finding.ts'

/** Looks at a part, and tells what it finds as it finds it. */
export type Look = (signal: AbortSignal, tell: Tell) => Promise<void>

/**
 * Looks at one part for so long at most. Whatever goes wrong is a finding beside those that were made before: it hides
 * nothing of the other parts.
 *
 * @param ms the most that it may take; what does not end then is left behind
 */
export async function gather(look: Look, ms: number): Promise<Finding[]> {
  const found: Finding[] = []
  const late = new AbortController()
  const { promise: deadline, resolve: give } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => {
    give('late')
    late.abort(new Error('The deadline has passed'))
  }, ms)
  let isOver = false
  const looking = look(late.signal, (...findings) => {
    if (!isOver) found.push(...findings)
  }).catch((error: unknown) => {
    if (!isOver && !late.signal.aborted) found.push(ofError('it', error))
  })
  const ended = await Promise.race([looking, deadline])
  clearTimeout(timer)
  isOver = true
  if (ended === 'late') found.push(tooLate(ms))
  return found
}

function tooLate(ms: number): Finding {
  return {
    level: 'failed',
    about: 'deadline',
    what: `It was not done after ${formatDuration(ms)}; what is missing here was not looked at`,
    todo: 'Give it more time with --deadline 10m, or look at why it takes so long',
  }
}
