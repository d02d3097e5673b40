import { clearLine, cursorTo } from 'node:readline'

/** One line that says how far something has come, and is gone when it is done. */
export interface Progress {
  show(text: string): void
  clear(): void
}

/** On a terminal the line is written over; anywhere else nothing is shown. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} }
  const clear = () => {
    cursorTo(stream, 0)
    clearLine(stream, 0)
  }
  return {
    show: (text) => {
      clear()
      stream.write(text.slice(0, stream.columns - 1))
    },
    clear,
  }
}

/**
 * Says once what is begun and takes long, where standard error is no terminal, on which it would be told as it goes on:
 * whoever reads a log sees it. Programs that read JSON or CSV are told nothing.
 */
export function tellStart(what: string, { forPrograms }: { readonly forPrograms: boolean }): void {
  if (!forPrograms && !process.stderr.isTTY) process.stderr.write(`${what} …\n`)
}
