import type { Request as GotRequest } from 'got'
import type { AnswerHeaders } from './rate-headers.ts'

/** An answer as it came, its body as text. */
export interface Received {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: string
}

/** Thrown for an answer that is larger than any of Zendesk's. It is not read to its end. */
export class AnswerTooLargeError extends Error {
  override name = 'AnswerTooLargeError' as const
  readonly status: number
  readonly headers: AnswerHeaders

  constructor(most: number, { status, headers }: Pick<Received, 'status' | 'headers'>) {
    super(`The answer has more than ${most / 2 ** 20} MB, unpacked`)
    this.status = status
    this.headers = headers
  }
}

/**
 * Reads the answer of a stream of got's.
 *
 * @param most bytes that it may have, unpacked: a few megabytes of zeros in gzip unpack to gigabytes
 * @throws AnswerTooLargeError, or got's RequestError when there was no whole answer
 */
export function receive(request: GotRequest, most: number): Promise<Received> {
  const { promise, resolve, reject } = Promise.withResolvers<Received>()
  const chunks: Buffer[] = []
  let bytes = 0
  const answer = () => ({ status: request.response!.statusCode, headers: request.response!.headers })
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= most) chunks.push(chunk)
    else {
      chunks.length = 0
      reject(new AnswerTooLargeError(most, answer()))
      request.destroy()
    }
  })
  request.on('error', reject)
  request.once('end', () => resolve({ ...answer(), body: Buffer.concat(chunks).toString() }))
  return promise
}
