import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readRecordings, type Recording } from './recordings.ts'
import { replay } from './replay.ts'
import { shapeDifferences } from './shape.ts'

const FACTS = process.env['PROVISIONER_FACTS'] ?? fileURLToPath(new URL('../../../../shared/facts', import.meta.url))
const file = `${FACTS}/zendesk/recordings.jsonl`
const found = existsSync(file)

if (!found)
  process.stderr.write(
    'The recordings of real accounts are not here: nothing to compare the sandbox with (PROVISIONER_FACTS)\n',
  )

/** What real accounts answered is what the sandbox answers: status, type of body, and every attribute with its type. */
describe.skipIf(!found)('the sandbox answers as recorded accounts do', () => {
  const recordings: Recording[] = found ? readRecordings(readFileSync(file, 'utf8')) : []

  it.each(
    recordings.map(
      (recording) =>
        [`${recording.source} ${recording.line}: ${recording.method} ${recording.path}`, recording] as const,
    ),
  )('%s', async (_title, recording) => {
    const answer = await replay(recording)

    expect(answer.status).toBe(recording.status)
    expect(shapeDifferences(recording.response, answer.body)).toEqual([])
    expect(Object.keys(answer.headers)).toEqual(expect.arrayContaining([...recording.headerNames]))
  })
})
