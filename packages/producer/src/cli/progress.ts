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
