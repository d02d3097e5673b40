interface Write {
  readonly method: string
  readonly path: string
}

/** Writes to one user that overlap in time: Zendesk answers the later one 409. */
export class ConcurrentWrites {
  readonly #underWay = new Set<string>()

  begin(write: Write): 'alone' | 'conflict' | undefined {
    const user = userOf(write)
    if (user === undefined) return undefined
    if (this.#underWay.has(user)) return 'conflict'
    this.#underWay.add(user)
    return 'alone'
  }

  end(write: Write): void {
    this.#underWay.delete(userOf(write) ?? '')
  }
}

function userOf({ method, path }: Write): string | undefined {
  return method === 'GET' ? undefined : /^\/api\/v2\/users\/(\d+)(?:\/identities(?:\/|$)|$)/.exec(path)?.[1]
}
