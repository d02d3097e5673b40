import { AT_REST } from './at-rest.ts'
import { BASICS } from './basics.ts'
import { ENTITY } from './entity.ts'
import { HISTORY } from './history.ts'
import { LINKS } from './links.ts'
import { MEMBERSHIPS } from './memberships.ts'
import { SAVE } from './save.ts'
import { SIDES } from './sides.ts'
import { VERBS } from './verbs.ts'

/** What every script of the ledger begins with, in the order in which one part uses another. */
export const COMMON = `${BASICS}${SIDES}${AT_REST}${ENTITY}${SAVE}${MEMBERSHIPS}${HISTORY}${VERBS}${LINKS}`
