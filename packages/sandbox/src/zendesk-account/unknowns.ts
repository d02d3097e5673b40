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
  /** Which group becomes an agent's default one when they leave theirs. */
  nextDefaultGroup: ['the oldest', 'the newest'],
  defaultGroupDeletion: ['refused', 'allowed'],
  /** Deletion of a group that is some agent's only one. */
  onlyGroupDeletion: ['moves to the default group', 'refused'],
  groupNames: ['repeat', 'unique'],
  /** `group_ids` in the body of a new user. */
  groupIdsOnCreate: ['ignored', 'obeyed'],
  /**
   * Whether `agent_brand_ids` are all the brands of an agent or are added to those there are: the official file says
   * that it "assigns agent or agents to a brand", and has no other request that takes one away.
   */
  agentBrandIds: ['replaced', 'added'],
  /** `agent_brand_ids` of an end user. */
  brandsOfEndUsers: ['refused', 'ignored'],
  /** What becomes of a picture whose address, `remote_photo_url`, is set to null. */
  photoWithoutAddress: ['kept', 'removed'],
  /** Several `organization_ids` on an account that allows a user one. */
  organizationsOfOne: ['refused', 'the first one'],
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
   * Who has the open tickets of an agent who leaves a group. The official file has a job unassign them, as has article
   * 4408894213018; article 5608653638170 gives them to whoever removes the agent, else to the group's oldest agent.
   */
  ticketsOfGroupLeaver: ['unassigned', 'reassigned'],
  /**
   * The same of an agent who is downgraded or deleted: article 4408888690842 has them reassigned. That a downgrade is a
   * leaving of all groups says 5608653638170.
   */
  ticketsOfFormerAgent: ['reassigned', 'unassigned'],
  /**
   * What becomes of a ticket that is given to somebody outside its group, with no other group in the request. As for a
   * new ticket, facetoe/zenpy#628 met a refusal.
   */
  assigneeOfAnotherGroup: ['refused', 'moves to their group'],
  /** Whether a team member who is suspended can be given a ticket. */
  suspendedAssignee: ['refused', 'allowed'],
  /** Whether the list of somebody's tickets is sorted as asked: what is documented for all lists of tickets. */
  sortOfAssignedTickets: ['obeyed', 'ignored'],
  /**
   * Whether values are shown as they were written, or tidied up: numbers without blanks and brackets, texts without
   * outer blanks, the option of a user's drop-down among the user's tags.
   */
  valueForms: ['as written', 'tidied up'],
  /** The id of nobody, or of somebody who was deleted, as the value of a lookup field of users. */
  lookupOfNobody: ['refused', 'ignored', 'taken'],
  /** What a lookup field shows once the user whose id it has is deleted. */
  lookupOfDeleted: ['their id', 'nothing'],
  /** Whether a lookup field shows its id as it is documented to be written, as text, or as users have theirs. */
  lookupForm: ['text', 'number'],
  /**
   * Whether addresses below `.invalid`, which RFC 2606 reserves and nobody can have, are taken or no proper addresses.
   */
  invalidDomain: ['taken', 'refused'],
} as const

export type Unknowns = { -readonly [K in keyof typeof UNKNOWN_CHOICES]: (typeof UNKNOWN_CHOICES)[K][number] }

export const UNKNOWNS = Object.fromEntries(
  Object.entries(UNKNOWN_CHOICES).map(([name, [likeliest]]) => [name, likeliest]),
) as Readonly<Unknowns>
