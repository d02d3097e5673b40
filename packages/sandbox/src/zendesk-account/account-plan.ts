export type Plan = 'team' | 'growth' | 'professional' | 'enterprise' | 'enterprise-plus'

/** Requests a minute. https://developer.zendesk.com/api-reference/introduction/rate-limits/ */
export const PLAN_LIMITS = {
  team: 200,
  growth: 400,
  professional: 400,
  enterprise: 700,
  'enterprise-plus': 2_500,
} as const satisfies Record<Plan, number>

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  /** Of the admin that both ways of authentication act as. */
  readonly email: string
  readonly apiToken: string
}
