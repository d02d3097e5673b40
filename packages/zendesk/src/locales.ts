import { z } from 'zod'
import { Id } from './id.ts'
import type { CallOptions, Sender } from './transport.ts'

/** A language that the account offers. */
export const Locale = z.looseObject({
  id: Id,
  locale: z.string(),
  name: z.string().nullish(),
  default: z.boolean().nullish(),
})
export type Locale = z.infer<typeof Locale>

export type LocalesApi = ReturnType<typeof localesApi>

export function localesApi(transport: Sender) {
  return {
    /** All of them: the list has no pages. */
    async list(options?: CallOptions): Promise<Locale[]> {
      return (
        await transport.send(
          {
            method: 'GET',
            path: '/api/v2/locales',
            answer: z.object({ locales: z.array(Locale) }),
          },
          options,
        )
      ).locales
    },
  }
}
