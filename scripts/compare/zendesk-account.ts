export interface ZendeskAddress {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
}

export interface AccountUser {
  readonly id: number
  readonly name: string
  readonly email: string | null
  readonly role: string
  readonly suspended: boolean
  readonly external_id: string | null
  readonly alias: string | null
  readonly phone: string | null
  readonly tags: readonly string[]
  readonly organization_id: number | null
  readonly custom_role_id: number | null
  readonly user_fields: Readonly<Record<string, unknown>>
}

export interface AccountNow {
  readonly users: readonly AccountUser[]
  readonly groups: readonly { readonly id: number; readonly name: string }[]
  readonly memberships: readonly { readonly user_id: number; readonly group_id: number }[]
  readonly organizations: readonly { readonly id: number; readonly name: string }[]
  readonly customRoles: readonly { readonly id: number; readonly name: string }[]
}

/** Reads a whole account by Zendesk's public API. */
export async function readAccount(address: ZendeskAddress): Promise<AccountNow> {
  const token = await requestToken(address)
  const get = async <T>(path: string): Promise<T> => {
    for (;;) {
      const response = await patiently(`${address.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
      if (response.status === 429)
        await new Promise((resolve) => setTimeout(resolve, 1000 * Number(response.headers.get('retry-after') ?? 5)))
      else if (response.ok) return (await response.json()) as T
      else throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
    }
  }
  const list = async <T>(path: string, key: string): Promise<T[]> => {
    const all: T[] = []
    for (let after: string | undefined = ''; after !== undefined;) {
      const cursor: string = after === '' ? '' : `&page[after]=${encodeURIComponent(after)}`
      const page = await get<Record<string, T[]> & { meta: { has_more: boolean; after_cursor: string } }>(
        `${path}?page[size]=100${cursor}`,
      )
      all.push(...(page[key] ?? []))
      after = page.meta.has_more ? page.meta.after_cursor : undefined
    }
    return all
  }
  const { custom_roles: customRoles } = await get<{ custom_roles: { id: number; name: string }[] }>(
    '/api/v2/custom_roles',
  )
  return {
    users: await list('/api/v2/users', 'users'),
    groups: await list('/api/v2/groups', 'groups'),
    memberships: await list('/api/v2/group_memberships', 'group_memberships'),
    organizations: await list('/api/v2/organizations', 'organizations'),
    customRoles,
  }
}

async function requestToken({ url, clientId, clientSecret }: ZendeskAddress): Promise<string> {
  const response = await patiently(`${url}/oauth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'read write',
    }),
  })
  if (!response.ok) throw new Error(`POST /oauth/tokens: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { access_token: string }).access_token
}

/** Tries, and ms between two: a machine that is busy may let a connection break. */
const TRIES = 5
const BETWEEN_MS = 2_000

async function patiently(url: string, request: RequestInit): Promise<Response> {
  for (let tried = 1; ; tried++) {
    try {
      return await fetch(url, request)
    } catch (error) {
      const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
      if (tried === TRIES) throw new Error(`${url} did not answer in ${TRIES} tries: ${why}`, { cause: error })
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))
    }
  }
}
