/** One wall of the house: files that may not import something, and why. */
export interface Wall {
  /** Globs from the repository's root. */
  readonly files: readonly string[]
  readonly forbid: readonly Forbidden[]
}

export interface Forbidden {
  /** What an import names, as a regular expression. */
  readonly regex: string
  readonly message: string
}

const main = { regex: '(^|/)main\\.ts$', message: 'A main is where a process starts; nobody imports it.' }
const got = { regex: '^got$', message: 'packages/zendesk alone speaks HTTP to Zendesk.' }
const ldapts = { regex: '^ldapts(/|$)', message: 'packages/producer/src/directory/ldap alone speaks LDAP.' }
const io = [
  {
    regex:
      '^(bullmq|ioredis|got|ldapts|pino|fastify|@fastify/.+|@bull-board/.+|undici|(node:)?(fs|net|tls|http|https|http2|dns|dgram|child_process|worker_threads|timers)(/promises)?)$',
    message: 'This code is pure: it takes values and returns values. Do the input and output in its caller.',
  },
  {
    regex: '^@provisioner/shared/(redis|service|health|logger|ledger/script)\\.ts$',
    message: 'This code is pure: what talks to Redis, the network or the log is not for it.',
  },
]

/** Imports of another package, by its name or by a path that climbs into it. */
function packages(names: string, message: string): Forbidden {
  return { regex: `^(@provisioner/|(\\.\\./)+(packages/)?)(${names})(/|$)`, message }
}

// shared has a folder of that name itself
const sharedHistory = {
  regex: '^@provisioner/history(/|$)',
  message: 'shared is the contract: it imports no other package.',
}
const shared = packages(
  'history/src|zendesk|producer|worker|dashboard|sandbox|test|bench',
  'shared is the contract: it imports no other package.',
)
const history = packages(
  'zendesk|producer|worker|dashboard|sandbox|test|bench',
  'history imports shared and nothing else of ours.',
)
const zendesk = packages(
  'history|producer|worker|dashboard|sandbox|test|bench',
  'zendesk imports shared and nothing above it.',
)
const producer = packages('worker|dashboard|sandbox|test|bench', 'producer imports zendesk, history and shared only.')
const worker = packages('history|producer|dashboard|sandbox|test|bench', 'worker imports zendesk and shared only.')

/**
 * The worker's folders, each of which imports what stands before it and nothing behind: the way of a job, backwards.
 */
const WORKER_FOLDERS = ['entity', 'remedies', 'write', 'bulk', 'batch', 'loop'] as const

/** What a folder of the worker may not import. */
function behind(folder: (typeof WORKER_FOLDERS)[number]): Forbidden {
  const later = WORKER_FOLDERS.slice(WORKER_FOLDERS.indexOf(folder) + 1).join('|')
  return {
    regex: `^(\\.\\./)+(src/)?(${later})/`,
    message:
      `In the worker a job goes ${WORKER_FOLDERS.toReversed().join(' → ')}: ` +
      `${folder} imports nothing of what comes before it on that way.`,
  }
}

const dashboard = packages('history|producer|worker|sandbox|test|bench', 'dashboard imports zendesk and shared only.')
const sandbox = packages(
  'shared|history|zendesk|producer|worker|dashboard|test|bench',
  'The sandbox judges the product: it shares no code with it.',
)

const comparison = packages(
  'shared|history|zendesk|producer|worker|dashboard',
  'The comparison judges the product from outside: by ldapsearch and the public API of Zendesk.',
)

/**
 * The walls of the house, from the widest to the narrowest. Of two that hold for one file the later one counts, alone.
 *
 *   main → composition → adapters → ports and pure code
 *   producer, worker, dashboard → zendesk → shared;   producer → history → shared;   test → all;   the sandbox → none
 */
export const WALLS: readonly Wall[] = [
  { files: ['**/*.ts'], forbid: [main, got, ldapts] },
  { files: ['test/**/*.ts', 'bench/**/*.ts'], forbid: [main] },
  { files: ['scripts/compare.ts', 'scripts/compare/**/*.ts'], forbid: [main, got, ldapts, comparison] },
  { files: ['packages/shared/**/*.ts'], forbid: [main, got, ldapts, shared, sharedHistory] },
  { files: ['packages/history/**/*.ts'], forbid: [main, got, ldapts, history] },
  { files: ['packages/zendesk/**/*.ts'], forbid: [main, ldapts, zendesk] },
  {
    files: ['packages/zendesk/src/budget/{minute,snapshot,budget-keys,*.lua}.ts'],
    forbid: [main, ldapts, zendesk, ...io],
  },
  { files: ['packages/producer/**/*.ts'], forbid: [main, got, ldapts, producer] },
  { files: ['packages/producer/src/directory/ldap/**/*.ts'], forbid: [main, got, producer] },
  { files: ['packages/producer/src/{plan,mapping}/**/*.ts'], forbid: [main, producer, ...io] },
  { files: ['packages/worker/**/*.ts'], forbid: [main, got, ldapts, worker] },
  ...WORKER_FOLDERS.slice(0, -1).map((folder) => ({
    files: [`packages/worker/src/${folder}/**/*.ts`],
    forbid: [main, got, ldapts, worker, behind(folder)],
  })),
  { files: ['packages/worker/src/entity/user-write.ts'], forbid: [main, worker, behind('entity'), ...io] },
  {
    files: ['packages/worker/src/remedies/{remedy-table,plain-outcome,describe-refusal}.ts'],
    forbid: [main, worker, behind('remedies'), ...io],
  },
  { files: ['packages/worker/src/bulk/match-results.ts'], forbid: [main, worker, behind('bulk'), ...io] },
  { files: ['packages/worker/src/loop/{choose-line,backoff}.ts'], forbid: [main, worker, ...io] },
  { files: ['packages/dashboard/**/*.ts'], forbid: [main, got, ldapts, dashboard] },
  { files: ['packages/sandbox/**/*.ts'], forbid: [main, got, ldapts, sandbox] },
]
