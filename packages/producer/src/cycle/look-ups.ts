import type { RedisClient } from '@provisioner/shared/redis-client.ts'
import { namesOf, type FoundGroup, type WantedGroup } from '../plan/plan-group.ts'
import type { FoundUser } from '../plan/plan-user.ts'
import type { WantedUser } from '../plan/wanted-user.ts'
import type { DirectoryPicture } from './directory-picture.ts'
import { findGroups } from './find-groups.ts'
import type { Answers } from './questions.ts'
import type { Owners } from './owners.ts'

/**
 * Looks entries up among what Zendesk has answered. An entry that nobody asked about, or that reads otherwise than when
 * it was asked about, becomes a question, and is not for now.
 */
export class LookUps {
  /** Entries to be looked for, by fingerprint. */
  readonly users = new Map<string, WantedUser>()
  /** Of these, the entries whose users Zendesk had until lately. */
  readonly gone = new Set<string>()
  /** Groups to be looked for, by directory id. */
  readonly groups = new Map<string, WantedGroup>()
  readonly #picture: Pick<DirectoryPicture, 'fingerprints'>
  readonly #answers: Answers

  constructor(picture: Pick<DirectoryPicture, 'fingerprints'>, answers: Answers) {
    this.#picture = picture
    this.#answers = answers
  }

  /** @param gone entries whose users Zendesk had until lately */
  findUsers(
    wanted: readonly WantedUser[],
    gone: ReadonlySet<string>,
  ): { found: Map<string, FoundUser>; notNow: Set<string> } {
    const { asked, found: all } = this.#answers.users
    const found = new Map<string, FoundUser>()
    const notNow = new Set<string>()
    for (const user of wanted) {
      const print = this.#picture.fingerprints.get(user.id)!
      const hit = all.get(user.id)
      if (!asked.has(print)) {
        this.users.set(print, user)
        if (gone.has(user.id)) this.gone.add(user.id)
        notNow.add(user.id)
      } else if (hit) found.set(user.id, hit)
    }
    return { found, notNow }
  }

  /** Zendesk's groups by lower-case name, for the entries that were asked about. */
  async findGroups(
    wanted: readonly WantedGroup[],
    redis: RedisClient,
    whose: { account: string; owners: Owners; now: number },
  ): Promise<{ found: Map<string, FoundGroup[]>; notNow: Set<string> }> {
    const { asked, all } = this.#answers.groups
    for (const group of wanted) if (!asksSame(asked.get(group.id), group)) this.groups.set(group.id, group)
    const found = await findGroups(wanted.length > this.groups.size ? all : [], redis, whose)
    return { found, notNow: new Set(this.groups.keys()) }
  }
}

/** Whether a group was asked about by all its names. */
function asksSame(asked: WantedGroup | undefined, group: WantedGroup): boolean {
  const names = new Set(asked && namesOf(asked))
  return namesOf(group).every((name) => names.has(name))
}
