import { styleText } from 'node:util'

/** A text in a colour where standard output is a terminal that has colours, and as it is elsewhere. */
export function paint(colour: 'green' | 'yellow' | 'red', text: string): string {
  return styleText(colour, text, { stream: process.stdout })
}
