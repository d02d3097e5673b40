import { BASICS } from './basics.ts'
import { ENTITY } from './entity.ts'
import { LINKS } from './links.ts'
import { MEMBERSHIPS } from './memberships.ts'
import { VERBS } from './verbs.ts'

/** What every script of the ledger begins with, in the order in which one part uses another. */
export const COMMON = `${BASICS}${ENTITY}${MEMBERSHIPS}${VERBS}${LINKS}`
