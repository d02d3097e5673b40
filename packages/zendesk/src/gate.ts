import type { Sender } from './transport.ts'

/** Asked before each request that writes, right before it goes out: what it throws keeps it from being sent. */
export type Gate = (write: { readonly takesAway: boolean }) => Promise<void>

/** Sends by the transport what the gate lets through. Requests that read are not asked about. */
export function gated(sender: Sender, gate: Gate): Sender {
  return {
    send: async (request, options) => {
      if (request.method === 'GET') return sender.send(request, options)
      const { beforeSending, takesAway = request.method === 'DELETE' } = options ?? {}
      // before it is paid for as well: what is kept back uses nothing of the account's limit
      await gate({ takesAway })
      return sender.send(request, {
        ...options,
        beforeSending: async () => {
          // first: what comes after notes that the request goes out
          await gate({ takesAway })
          await beforeSending?.()
        },
      })
    },
  }
}
