/** What a log tells of an error. */
export interface DescribedError {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
  readonly cause?: DescribedError
  readonly errors?: readonly DescribedError[]
}

/** Causes are followed so far: errors may be each other's cause. */
const DEEPEST = 5

/**
 * An error as it may be logged: what it is, what it says, and what caused it. Nothing else that libraries hang onto
 * their errors, since it holds what no log may: a Redis reply's command with its arguments, a request's headers.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: typeof error === 'string' ? error : 'thrown without an error' }
  const { code } = error as { code?: unknown }
  const inner = depth < DEEPEST
  return {
    type: error.name,
    message: error.message,
    ...((typeof code === 'string' || typeof code === 'number') && { code: String(code) }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(inner && error.cause !== undefined && { cause: describeError(error.cause, depth + 1) }),
    ...(inner &&
      error instanceof AggregateError && { errors: error.errors.map((one) => describeError(one, depth + 1)) }),
  }
}
