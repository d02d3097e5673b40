import type { AccountConfig } from '@provisioner/shared/config/account.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import { isAdminRole } from '@provisioner/zendesk/roles.ts'
import { openToLook } from '@provisioner/zendesk/open-to-look.ts'
import { unlessWithheld } from '../../cycle/withheld-lists.ts'

/** What an account has, as far as it is shown. */
export interface ZendeskSurvey {
  /** Whose the credentials are. */
  readonly email: string | undefined
  readonly role: string | undefined
  /** Requests a minute. */
  readonly limit: number | undefined
  readonly customRoles: readonly string[]
  readonly brands: readonly string[]
  readonly userFields: readonly { readonly key: string; readonly type: string }[]
  readonly groups: number | undefined
}

const REQUEST_TIMEOUT_MS = 15_000

/** Looks at an account by reading from it. @throws ZendeskError when nobody can sign in */
export async function surveyZendesk(
  config: Pick<AccountConfig, 'url' | 'auth'>,
  log: Logger,
  signal: AbortSignal,
): Promise<ZendeskSurvey> {
  using account = openToLook({ config, log, requestTimeoutMs: REQUEST_TIMEOUT_MS })
  const { client } = account
  await account.signIn()
  const { email, role } = await client.users.me({ signal })
  const read = async <T>(list: Promise<readonly T[]>): Promise<readonly T[] | undefined> => {
    const answer = await unlessWithheld(() => list)
    return 'value' in answer ? answer.value : undefined
  }
  const customRoles = (await read(client.customRoles.list({ signal }))) ?? []
  const brands = (await read(client.brands.list({ signal }))) ?? []
  const userFields = (await read(client.userFields.list({ signal }))) ?? []
  const groups = await read(client.groups.list({ signal }))
  return {
    email: email ?? undefined,
    role: role ?? undefined,
    limit: account.limit(),
    customRoles: customRoles.filter((one) => !isAdminRole(one)).map(({ name }) => name),
    brands: brands.map(({ name }) => name),
    userFields: userFields.filter(({ active }) => active !== false).map(({ key, type }) => ({ key, type })),
    groups: groups?.length,
  }
}
