import { createReadStream } from 'node:fs'
import { access, open, rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { LedgerFileError } from '@provisioner/shared/ledger/transfer/ledger-file.ts'
import { fileFault } from '../file-fault.ts'

/** So many lines are written, or read, until that is shown. */
export const SHOWN_EACH = 1_000

/**
 * Writes lines into a file that takes its name when it is whole; returns how many.
 *
 * @param show is told how many there are so far
 * @param judge is told how many there are, and throws where the file is not to take its name
 * @throws LedgerFileError
 */
export async function writeWhole(
  path: string,
  all: AsyncIterable<string>,
  { show, judge }: { show: (lines: number) => void; judge: (lines: number) => void },
): Promise<number> {
  const unfinished = `${path}.part`
  const file = await open(unfinished, 'w', 0o600).catch((error: unknown) => told(path, error))
  let lines = 0
  try {
    try {
      for await (const line of all) {
        await file.write(line)
        lines += 1
        if (lines % SHOWN_EACH === 0) show(lines)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    judge(lines)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    told(path, error)
  }
  return lines
}

/** Is there a file of that name? */
export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** What the file system says, in words; any other error, one of Redis for example, is thrown as it is. */
function told(path: string, error: unknown): never {
  const fault = fileFault(error)
  if (fault === undefined) throw error
  throw new LedgerFileError(`${path} can't be used: ${fault}`, { cause: error })
}

/** The lines of a file. @throws LedgerFileError */
export async function* linesOf(path: string): AsyncGenerator<string, void, undefined> {
  const stream = createReadStream(path, 'utf8')
  try {
    yield* createInterface({ input: stream, crlfDelay: Infinity })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new LedgerFileError(`There is no file ${path}`)
    told(path, error)
  } finally {
    stream.destroy()
  }
}
