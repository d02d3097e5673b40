import picomatch from 'picomatch'

/** Whether an email address matches one of the patterns of `accounts.*.protect`; `*` stands for anything. */
export function isProtected(email: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    picomatch.isMatch(email, pattern, { nocase: true, dot: true, noextglob: true, nobrace: true }),
  )
}
