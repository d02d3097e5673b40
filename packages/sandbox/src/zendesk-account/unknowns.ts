/**
 * What nobody has recorded of Zendesk's behaviour: a switch for each, so that a client can be tried under every
 * setting. The first choice is what the documentation or hearsay makes likeliest, and the default.
 */
export const UNKNOWN_CHOICES = {
  /** create_or_update whose email and external id belong to two users. */
  emailAgainstExternalId: ['refused', 'external id wins', 'email wins'],
  /** create_or_update that finds a user by its email, with another external id. */
  otherExternalId: ['rewritten', 'refused'],
  /**
   * A value that its attribute has no use for: an unknown time zone, language, role, organization or ticket
   * restriction, a number or a date that is none.
   */
  unfitValues: ['refused', 'ignored'],
  /**
   * Addresses beyond what was recorded as "not properly formatted", which has no @, no dot in its domain, or ends in
   * what no domain ends in: letters outside ASCII, dots where a mailbox should have none, a mailbox of more than 64
   * letters.
   */
  oddEmails: ['refused', 'taken'],
  /** Suspension or downgrade of the account's owner; that the owner cannot be deleted is documented. */
  ownerChanges: ['refused', 'allowed'],
  /** Deletion of the user that the request acts as. */
  selfDeletion: ['refused', 'allowed'],
  /** Deletion of a team member's only address. */
  lastAgentEmail: ['refused', 'allowed'],
  /**
   * Which host a job status names in its `url`. The recorded accounts had two names, were called by one and named the
   * other; whether one with a single name ever does, nobody recorded.
   */
  jobStatusHost: ['the called one', 'another'],
  tooManyJobsStatus: [429, 422, 400, 503],
  tooManyJobsRetryAfter: [false, true],
  maxAgentsStatus: [422, 403],
  /** Whether failed items count from 0 or from 1. */
  failedItemBase: [0, 1],
  /** Where a failed item says its position. */
  failedItemPosition: ['id', 'index', 'none'],
  membershipResults: ['generic', 'index', 'null'],
  duplicateMembership: [422, 409, 'answers the existing one'],
  endUserMembership: [422, 403],
  lastMembership: ['refused', 'allowed', 'replaced by the default group'],
  defaultGroupDeletion: ['refused', 'allowed'],
  /** Deletion of a group that is some agent's only one. */
  onlyGroupDeletion: ['moves to the default group', 'refused'],
  groupNames: ['repeat', 'unique'],
  /** `group_ids` in the body of a new user. */
  groupIdsOnCreate: ['ignored', 'obeyed'],
  caseOnlyEmail: ['ignored', 'renames the identity', 'adds an identity'],
  /**
   * Whether update_many is inside the create-update-user limit: five writes a minute for each user, one a second for
   * all.
   */
  updateManyInUserLimit: ['not', 'five a minute', 'both'],
  /** Whether `user_fields` are merged or replaced. */
  userFields: ['merged', 'replaced'],
  /**
   * Whether an update that changes the role or `verified`, or ends a suspension, mails the user as a new address does:
   * the official file has `skip_verify_email` for every update, and does not say which ones mail.
   */
  accessMails: ['not sent', 'sent'],
  /**
   * Whether values are shown as they were written, or tidied up: numbers without blanks and brackets, texts without
   * outer blanks, the option of a user's drop-down among the user's tags.
   */
  valueForms: ['as written', 'tidied up'],
  /**
   * Whether addresses below `.invalid`, which RFC 2606 reserves and nobody can have, are taken or no proper addresses.
   */
  invalidDomain: ['taken', 'refused'],
} as const

export type Unknowns = { -readonly [K in keyof typeof UNKNOWN_CHOICES]: (typeof UNKNOWN_CHOICES)[K][number] }

export const UNKNOWNS = Object.fromEntries(
  Object.entries(UNKNOWN_CHOICES).map(([name, [likeliest]]) => [name, likeliest]),
) as Readonly<Unknowns>
