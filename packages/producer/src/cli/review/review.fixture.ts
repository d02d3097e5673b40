import type { Review, TeamMember } from './review-file.ts'

/** An agent whom their entry has, with whatever a test changes of that. */
export function aMember(changes: Partial<TeamMember> = {}): TeamMember {
  return {
    zendeskId: 1,
    name: 'Ada Lovelace',
    email: 'ada@example.org',
    role: 'agent',
    customRole: null,
    seat: true,
    suspended: false,
    lastSignIn: '2026-11-01T08:00:00Z',
    createdAt: '2024-01-01T08:00:00Z',
    groups: ['Support'],
    brands: ['Acme'],
    entry: 'in scope',
    connection: 'staff',
    dn: 'uid=ada,ou=people,dc=example,dc=org',
    directoryId: 'u1',
    why: 'role agent: in group cn=agents,ou=groups,dc=example,dc=org',
    protectedBy: null,
    apiUser: false,
    ...changes,
  }
}

/** A review of these members, with whatever a test changes of it. */
export function aReview(members: readonly TeamMember[], changes: Partial<Review> = {}): Review {
  return {
    accessReviewOf: 'acme',
    url: 'https://acme.zendesk.com',
    at: '2026-11-30T14:00:00.000Z',
    version: '0.1.0',
    idleDays: 90,
    connections: [
      {
        connection: 'staff',
        configuration: 'print',
        directory: { readWhole: true, entries: 8 },
        lastCycle: { startedAt: '2026-11-30T13:00:00.000Z', endedAt: '2026-11-30T13:00:05.000Z' },
      },
    ],
    notRead: [],
    counts: {
      members: members.length,
      admins: members.filter(({ role }) => role === 'admin').length,
      agents: members.filter(({ role }) => role === 'agent').length,
      suspended: 0,
      seats: members.length,
      findings: {},
    },
    members: [...members],
    findings: [],
    ...changes,
  }
}
