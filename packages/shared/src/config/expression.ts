import jsonata from 'jsonata'
import { textLike } from './scalars.ts'

const JSONATA = 'a JSONata expression'

/** A JSONata expression that can be parsed; what it yields is known when it meets an entry. */
export const Expression = textLike(/\S/, JSONATA).superRefine((text, context) => {
  const mistake = context.issues.length > 0 ? undefined : mistakeOf(text)
  if (mistake !== undefined) context.addIssue({ code: 'custom', message: `${JSONATA}; ${mistake}` })
})

function mistakeOf(text: string): string | undefined {
  try {
    jsonata(text)
    return undefined
  } catch (error) {
    const { message, position } = error as Partial<jsonata.JsonataError>
    const where = position === undefined ? '' : ` (character ${position})`
    return `${message ?? String(error)}${where}`
  }
}
