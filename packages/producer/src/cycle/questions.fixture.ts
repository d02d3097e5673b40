import type { Questions } from './questions.ts'

/** Zendesk need not be looked at. */
export const NO_QUESTIONS: Questions = {
  users: new Map(),
  groups: new Map(),
  apiUser: false,
  gone: new Set(),
  admins: false,
  roles: new Set(),
  protectedUsers: [],
  defaultGroups: new Set(),
  audit: { users: false, groups: false, memberships: false },
  lookAt: { users: new Set(), members: new Map() },
}
