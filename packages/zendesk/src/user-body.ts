/** Attributes as Zendesk takes them. */
export type UserBody = Readonly<Record<string, unknown>>
