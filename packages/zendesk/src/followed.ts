import type { Answered } from './exchange.ts'
import type { Sender } from './transport.ts'

/** Asked before each request: who is told of it, if anybody. */
export type Listener = () => ((answered: Answered) => void) | undefined

/** Sends by the transport, and tells of requests and answers to whoever wants to know then. */
export function followed(sender: Sender, listener: Listener): Sender {
  return {
    send: async (request, options) => {
      const onAnswer = listener()
      return sender.send(request, onAnswer ? { ...options, onAnswer } : options)
    },
  }
}
