import { z } from 'zod'
import { Id } from './id.ts'
import { readPages } from './pages.ts'
import type { CallOptions, Sender } from './transport.ts'

/** An organization. Its name is unique, whatever the case. */
export const Organization = z.looseObject({
  id: Id,
  name: z.string(),
  external_id: z.string().nullish(),
})
export type Organization = z.infer<typeof Organization>

const ORGANIZATIONS = '/api/v2/organizations'

export type OrganizationsApi = ReturnType<typeof organizationsApi>

export function organizationsApi(transport: Sender) {
  return {
    /** All organizations, by pages of 100. */
    list(options?: CallOptions): AsyncGenerator<Organization[], void, undefined> {
      return readPages(transport, { path: ORGANIZATIONS, key: 'organizations', item: Organization }, options)
    },

    async create(organization: { readonly name: string }, options?: CallOptions): Promise<Organization> {
      const answer = z.object({ organization: Organization })
      return (await transport.send({ method: 'POST', path: ORGANIZATIONS, body: { organization }, answer }, options))
        .organization
    },

    /** The one of exactly this name, whatever the case. */
    async find(name: string, options?: CallOptions): Promise<Organization | undefined> {
      const answer = z.object({ organizations: z.array(Organization) })
      const { organizations } = await transport.send(
        { method: 'GET', path: `${ORGANIZATIONS}/search`, query: { name }, answer },
        options,
      )
      return organizations.find((one) => one.name.toLowerCase() === name.toLowerCase())
    },
  }
}
