const isTerminal = process.stdout.isTTY && !process.env['NO_COLOR']

function paint(code: number) {
  return (text: string): string => (isTerminal ? `\u001B[${code}m${text}\u001B[0m` : text)
}

export const bold = paint(1)
export const dim = paint(2)
export const green = paint(32)
export const yellow = paint(33)
export const cyan = paint(36)

export function say(text = ''): void {
  process.stdout.write(`${text}\n`)
}

export function heading(text: string): void {
  say(`\n${bold(cyan(text))}`)
}

export interface Progress {
  readonly name: string
  readonly done: number
  readonly all: number
}

/** Progress bars that draw over themselves on a terminal; elsewhere a line whenever a tenth more is done. */
export class ProgressBars {
  #drawn = 0
  #told = ''

  draw(bars: readonly Progress[]): void {
    if (!process.stdout.isTTY) {
      const text = bars
        .map(({ name, done, all }) => `${name} ${Math.floor((10 * done) / Math.max(all, 1)) * 10} %`)
        .join(', ')
      if (text !== this.#told) say(text)
      this.#told = text
      return
    }
    if (this.#drawn > 0) process.stdout.write(`\u001B[${this.#drawn}A`)
    for (const { name, done, all } of bars) {
      const filled = Math.round((40 * Math.min(done, all)) / Math.max(all, 1))
      say(
        `\u001B[2K  ${name.padEnd(12)} ${green('█'.repeat(filled))}${dim('░'.repeat(40 - filled))} ${String(done).padStart(4)}/${all}`,
      )
    }
    this.#drawn = bars.length
  }
}
