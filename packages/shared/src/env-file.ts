/**
 * Puts what the file `.env` in the working directory says into the environment, where it is not set there. Without such a
 * file nothing happens; with one that can't be read the process ends with exit code 2.
 */
export function readEnvFile(): void {
  try {
    process.loadEnvFile()
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return
    process.stderr.write(`${process.cwd()}/.env can't be read (${code}): let this user read it, or take it away\n`)
    process.exit(2)
  }
}
