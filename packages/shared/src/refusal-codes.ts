import { ADMIN_RENAMED, LAST_ADMIN, LEAVER_HAS_TICKETS } from './admin-refusals.ts'

/** The codes of changes that Zendesk refuses, or that a worker may not write: a retry chooses by them. */
export const REFUSAL_CODES = [
  'ADOPTION_WAITS',
  'EMAIL_OWNED',
  'EMAIL_SECONDARY',
  'EMAIL_TAKEN',
  'FORBIDDEN',
  'GROUP_AMBIGUOUS',
  'GROUP_DEFAULT',
  'GROUP_LAST_OF_AGENTS',
  'GROUP_NAME_TAKEN',
  'GROUP_OWNED',
  'JOB_UNKNOWN',
  'MEMBERSHIP_LAST',
  'MEMBERSHIP_REFUSED',
  'MEMBERSHIP_SIDE_GONE',
  'OPEN_TICKETS',
  'OWNED_BY_ANOTHER_ENTRY',
  'OWNER_PROTECTED',
  'REFUSED',
  'SEATS_EXHAUSTED',
  'SEAT_NOT_FREED',
  'USER_PROTECTED',
  'VALUE_MALFORMED',
  ADMIN_RENAMED,
  LAST_ADMIN.code,
  LEAVER_HAS_TICKETS,
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]
