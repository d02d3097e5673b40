import { createInterface } from 'node:readline/promises'

/** Asks on a terminal; whoever leaves without an answer says no. A script is asked nothing, and goes on. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return true
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await terminal.question(`${question} [y/N] `).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ABORT_ERR') throw error
      return '' // Ctrl-D or Ctrl-C
    })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}

/** The same for what can't be taken back: where nobody can be asked, it is not done. */
export async function confirmOrRefuse(question: string): Promise<boolean> {
  if (process.stdin.isTTY && process.stdout.isTTY) return confirm(question)
  process.stderr.write(`${question} Say --yes where nobody can be asked.\n`)
  return false
}
