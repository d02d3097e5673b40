import { InvalidArgumentError } from 'commander'
import { QUEUE_OF } from '@provisioner/shared/queues.ts'

/** All that `--only` takes: operations, and their first words. */
const OPERATIONS = [...Object.keys(QUEUE_OF), 'link user', 'link group']
const WORDS = [...new Set(OPERATIONS.map((operation) => operation.split(' ')[0]!))]

/** Reads `create,update user`, for `argParser`. @throws InvalidArgumentError */
export function readOperations(text: string): readonly string[] {
  const asked = text.split(',').map((word) => word.trim())
  for (const one of asked)
    if (!WORDS.includes(one) && !OPERATIONS.includes(one))
      throw new InvalidArgumentError(
        `'${one}' is no operation; there are ${WORDS.join(', ')}, and in full ${OPERATIONS.join(', ')}.`,
      )
  return asked
}
