import { hostname } from 'node:os'
import type { Logger } from '@provisioner/shared/logger.ts'
import { auditLogsApi, type AuditLogsApi } from './audit-logs.ts'
import type { Authorization } from './authorization.ts'
import type { Budget } from './budget/budget.ts'
import type { Exchange } from './exchange.ts'
import { followed, type Listener } from './followed.ts'
import { gated, type Gate } from './gate.ts'
import { groupsApi, type GroupsApi } from './groups.ts'
import { identitiesApi, type IdentitiesApi } from './identities.ts'
import { jobStatusesApi, type JobStatusesApi } from './job-statuses.ts'
import { accountSettingsApi, type AccountSettingsApi } from './account-settings.ts'
import { brandsApi, type BrandsApi } from './brands.ts'
import { localesApi, type LocalesApi } from './locales.ts'
import { membershipsApi, type MembershipsApi } from './memberships.ts'
import { organizationsApi, type OrganizationsApi } from './organizations.ts'
import { customRolesApi, type CustomRolesApi } from './roles.ts'
import { ticketsApi, type TicketsApi } from './tickets.ts'
import { Transport, type Sender } from './transport.ts'
import { userFieldsApi, type UserFieldsApi } from './user-fields.ts'
import { usersApi, type UsersApi } from './users.ts'

export interface ZendeskClientOptions {
  /** The account's base URL: `https://acme.zendesk.com`. */
  readonly url: string
  readonly auth: Authorization
  readonly budget: Budget
  readonly log: Logger
  /** Milliseconds from the connection to the last byte of an answer. */
  readonly requestTimeoutMs: number
  readonly userAgent?: string
  /** Who takes from the budget, for the dashboard. Default: this machine and process. */
  readonly holder?: string
  /** Called after each request, for metrics. */
  readonly onExchange?: (exchange: Exchange) => void
}

/**
 * One Zendesk account. Every call pays its request from the account's budget first and may wait for it, unless it is
 * `prepaid`; nothing is retried but a 401, once, with a new token. Calls throw ZendeskError.
 */
export interface ZendeskClient extends Disposable {
  readonly users: UsersApi
  readonly identities: IdentitiesApi
  readonly groups: GroupsApi
  readonly memberships: MembershipsApi
  readonly jobStatuses: JobStatusesApi
  readonly organizations: OrganizationsApi
  readonly customRoles: CustomRolesApi
  readonly locales: LocalesApi
  readonly brands: BrandsApi
  readonly accountSettings: AccountSettingsApi
  readonly userFields: UserFieldsApi
  readonly tickets: TicketsApi
  readonly auditLogs: AuditLogsApi
  /** The same account; its writes go out as the gate lets them. Closing it closes nothing. */
  gatedBy(gate: Gate): ZendeskClient
  /** The same account; of each request is told, with its answer, to whoever `listener` names then. Closes nothing. */
  followedBy(listener: Listener): ZendeskClient
}

export function createZendeskClient(options: ZendeskClientOptions): ZendeskClient {
  const transport = new Transport({
    url: options.url.replace(/\/+$/, ''),
    auth: options.auth,
    budget: options.budget,
    log: options.log,
    requestTimeoutMs: options.requestTimeoutMs,
    userAgent: options.userAgent ?? 'zendesk-provisioner',
    holder: options.holder ?? `${hostname()}:${process.pid}`,
    onExchange: options.onExchange ?? (() => {}),
  })
  return clientOf(transport, () => transport[Symbol.dispose]())
}

function clientOf(sender: Sender, dispose: () => void): ZendeskClient {
  return {
    users: usersApi(sender),
    identities: identitiesApi(sender),
    groups: groupsApi(sender),
    memberships: membershipsApi(sender),
    jobStatuses: jobStatusesApi(sender),
    organizations: organizationsApi(sender),
    customRoles: customRolesApi(sender),
    locales: localesApi(sender),
    brands: brandsApi(sender),
    accountSettings: accountSettingsApi(sender),
    userFields: userFieldsApi(sender),
    tickets: ticketsApi(sender),
    auditLogs: auditLogsApi(sender),
    gatedBy: (gate) => clientOf(gated(sender, gate), () => {}),
    followedBy: (listener) => clientOf(followed(sender, listener), () => {}),
    [Symbol.dispose]: dispose,
  }
}
