import { z } from 'zod'
import { Id } from './id.ts'
import { readAll, readPages } from './pages.ts'
import type { CallOptions, Sender } from './transport.ts'

/** A brand: an agent sees the tickets of those that they are in, where the account restricts agents by brand. */
export const Brand = z.looseObject({
  id: Id,
  name: z.string(),
  subdomain: z.string(),
})
export type Brand = z.infer<typeof Brand>

/** A team member's place in a brand. Its own id is a text, by the official OpenAPI file. */
const BrandAgent = z.looseObject({ brand_id: Id, user_id: Id })
type BrandAgent = z.infer<typeof BrandAgent>

export type BrandsApi = ReturnType<typeof brandsApi>

export function brandsApi(transport: Sender) {
  return {
    /**
     * All of them, by name. An agent without the permission `assign_tickets_to_any_brand` is shown their own only
     * (official OpenAPI file).
     */
    list(options?: CallOptions): Promise<Brand[]> {
      return readAll(readPages(transport, { path: '/api/v2/brands', key: 'brands', item: Brand }, options))
    },

    /** Who is in which brand, by pages of 100 (Zendesk's reference of brand agents; for admins alone). */
    agents(options?: CallOptions): AsyncGenerator<BrandAgent[], void, undefined> {
      return readPages(transport, { path: '/api/v2/brand_agents', key: 'brand_agents', item: BrandAgent }, options)
    },

    /** Ids of the brands that a team member is in: a user that is shown does not tell them (official OpenAPI file). */
    async ofUser(userId: number, options?: CallOptions): Promise<number[]> {
      const path = `/api/v2/users/${userId}/brand_agents`
      const ids = new Set<number>()
      for await (const page of readPages(transport, { path, key: 'brand_agents', item: BrandAgent }, options))
        for (const one of page) ids.add(one.brand_id)
      return [...ids]
    },
  }
}
