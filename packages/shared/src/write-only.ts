/**
 * What Zendesk takes of a user and never shows (official OpenAPI file, `UserObject`): brands are told by
 * `brand_agents`, and of a picture's address only the picture is kept, once Zendesk has fetched it. What such an
 * attribute holds is known from the ledger alone, and no audit can compare it. Of a user's organizations only the
 * default one is shown.
 */
export const WRITE_ONLY: ReadonlySet<string> = new Set(['agent_brand_ids', 'organization_ids', 'remote_photo_url'])
