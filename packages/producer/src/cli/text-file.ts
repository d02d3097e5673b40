import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { CommandLineError } from './command-line-error.ts'
import { fileFault } from './file-fault.ts'

/** Thrown for a file that a command is given, and that can't be read or written. */
export class TextFileError extends CommandLineError {
  override name = 'TextFileError' as const
  override readonly code = 'FILE_UNUSABLE' as const

  constructor(path: string, why: string, cause?: unknown) {
    super(`${path} ${why}`, cause === undefined ? {} : { cause })
  }
}

/** The text of a file. @throws TextFileError */
export async function readTextFile(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => told(path, error))
}

/**
 * Writes a file that takes its name when it is whole, and that its owner alone may read: it may hold what people are
 * called.
 *
 * @throws TextFileError also for a file that is there, unless it may be replaced
 */
export async function writeTextFile(path: string, text: string, { replace }: { replace: boolean }): Promise<void> {
  const unfinished = `${path}.part`
  try {
    // whatever lies there was left by a command that was killed, or leads somewhere else
    await rm(unfinished, { force: true })
    await writeFile(unfinished, text, { mode: 0o600, flag: 'wx' })
    // a link fails where the name is taken, a new name takes it
    await (replace ? rename(unfinished, path) : link(unfinished, path))
  } catch (error) {
    told(path, error)
  } finally {
    await rm(unfinished, { force: true }).catch(() => undefined)
  }
}

function told(path: string, error: unknown): never {
  if ((error as NodeJS.ErrnoException).code === 'EEXIST')
    throw new TextFileError(path, 'is there already: name another file, or replace it with --force', error)
  const fault = fileFault(error)
  if (fault === undefined) throw error
  throw new TextFileError(path, `can't be used: ${fault}`, error)
}
