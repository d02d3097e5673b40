import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const PURE = [
  'packages/producer/src/plan/guard.ts',
  'packages/producer/src/mapping/map-entry.ts',
  'packages/zendesk/src/budget/minute.ts',
  'packages/worker/src/bulk/match-results.ts',
  'packages/worker/src/entity/user-write.ts',
  'packages/worker/src/remedies/remedy-table.ts',
  'packages/worker/src/remedies/plain-outcome.ts',
  'packages/worker/src/remedies/describe-refusal.ts',
  'packages/worker/src/loop/choose-line.ts',
  'packages/worker/src/loop/backoff.ts',
]
const IO = [
  'bullmq',
  'ioredis',
  'got',
  'ldapts',
  'fastify',
  'pino',
  'node:fs',
  'node:fs/promises',
  'node:net',
  'node:http',
]
/** A job goes through the worker's folders from the last to the first; none imports one behind it. */
const WORKER_FOLDERS = ['entity', 'remedies', 'write', 'bulk', 'batch', 'loop']
const PACKAGES = ['shared', 'history', 'zendesk', 'producer', 'worker', 'dashboard', 'sandbox']
const MAY_IMPORT: Record<string, readonly string[]> = {
  shared: [],
  history: ['shared'],
  zendesk: ['shared'],
  producer: ['shared', 'history', 'zendesk'],
  worker: ['shared', 'zendesk'],
  dashboard: ['shared', 'zendesk'],
  sandbox: [],
}

/** What each wall keeps out: the file, and what it would like to import. */
const broken: [file: string, source: string][] = [
  ...PURE.flatMap((file) => IO.map((library): [string, string] => [file, library])),
  ...PURE.map((file): [string, string] => [file, '@provisioner/shared/redis.ts']),
  ...PACKAGES.filter((name) => name !== 'zendesk').map((name): [string, string] => [
    `packages/${name}/src/a.ts`,
    'got',
  ]),
  ...PACKAGES.map((name): [string, string] => [`packages/${name}/src/a.ts`, 'ldapts']),
  ['packages/producer/src/directory/dn.ts', 'ldapts'],
  ['scripts/a.ts', 'ldapts'],
  ...PACKAGES.flatMap((name) =>
    PACKAGES.filter((other) => other !== name && !MAY_IMPORT[name]!.includes(other)).flatMap(
      (other): [string, string][] => [
        [`packages/${name}/src/deep/a.ts`, `@provisioner/${other}/a.ts`],
        [`packages/${name}/src/deep/a.ts`, `../../../${other}/src/a.ts`],
      ],
    ),
  ),
  ...WORKER_FOLDERS.flatMap((folder, at) =>
    WORKER_FOLDERS.slice(at + 1).map((later): [string, string] => [
      `packages/worker/src/${folder}/a.ts`,
      `../${later}/a.ts`,
    ]),
  ),
  ...PACKAGES.map((name): [string, string] => [`packages/${name}/src/a.ts`, './main.ts']),
  ['packages/producer/src/cli/a.ts', '../main.ts'],
  ['test/e2e/a.ts', '@provisioner/worker/main.ts'],
  ...['shared', 'zendesk', 'producer', 'worker'].flatMap((name): [string, string][] => [
    ['scripts/compare.ts', `../packages/${name}/src/a.ts`],
    ['scripts/compare/a.ts', `../../packages/${name}/src/a.ts`],
  ]),
]

const sound: [file: string, source: string][] = [
  ['packages/zendesk/src/transport.ts', 'got'],
  ['packages/zendesk/src/budget/create-budget.ts', 'ioredis'],
  ['packages/producer/src/directory/ldap/session.ts', 'ldapts'],
  ['packages/worker/src/loop/pull-loop.ts', 'bullmq'],
  ['packages/producer/src/plan/guard.ts', '@provisioner/shared/entity.ts'],
  ['packages/producer/src/mapping/expression.ts', 'jsonata'],
  ['test/e2e/a.ts', '@provisioner/worker/worker.ts'],
  ...WORKER_FOLDERS.flatMap((folder, at) =>
    WORKER_FOLDERS.slice(0, at).map((before): [string, string] => [
      `packages/worker/src/${folder}/a.ts`,
      `../${before}/a.ts`,
    ]),
  ),
  ['scripts/compare/a.ts', '../../packages/sandbox/src/company/person.ts'],
  ...PACKAGES.flatMap((name) =>
    MAY_IMPORT[name]!.map((other): [string, string] => [`packages/${name}/src/a.ts`, `@provisioner/${other}/a.ts`]),
  ),
]

/** Two files that know each other by their types alone. */
const CIRCLE = {
  'hen.ts': "import type { Egg } from './egg.ts'\nexport interface Hen {\n  readonly from: Egg\n}\n",
  'egg.ts': "import type { Hen } from './hen.ts'\nexport interface Egg {\n  readonly of: Hen\n}\n",
}

describe('the walls', () => {
  let refused: Set<string>
  let inCircles: Set<string>
  let house: string

  beforeAll(async () => {
    house = await mkdtemp(join(tmpdir(), 'walls-'))
    for (const path of ['oxlint.config.ts', 'lint', 'package.json'])
      await cp(join(root, path), join(house, path), { recursive: true })
    await symlink(join(root, 'node_modules'), join(house, 'node_modules'))
    for (const [file, sources] of Map.groupBy([...broken, ...sound], ([path]) => path)) {
      await mkdir(dirname(join(house, file)), { recursive: true })
      await writeFile(join(house, file), sources.map(([, source]) => `import '${source}'\n`).join(''))
    }
    for (const name of PACKAGES)
      for (const [file, source] of Object.entries(CIRCLE))
        await writeFile(join(house, `packages/${name}/src/${file}`), source)
    const diagnostics = await lint(house)
    const refusals = diagnostics.filter(({ code }) => code.includes('no-restricted-imports'))
    refused = new Set(await Promise.all(refusals.map((one) => importAt(house, one))))
    inCircles = new Set(diagnostics.filter(({ code }) => code.includes('no-cycle')).map(({ filename }) => filename))
  })
  afterAll(() => rm(house, { recursive: true, force: true }))

  it.each(broken)('refuse that %s imports %s', (file, source) => {
    expect(refused).toContain(`${file} ${source}`)
  })

  it.each(PACKAGES.flatMap((name) => Object.keys(CIRCLE).map((file) => `packages/${name}/src/${file}`)))(
    'refuse that %s imports what imports it, be it for a type',
    (file) => {
      expect(inCircles).toContain(file)
    },
  )

  it.each(sound)('let %s import %s', (file, source) => {
    expect(refused).not.toContain(`${file} ${source}`)
  })
})

interface Diagnostic {
  readonly code: string
  readonly filename: string
  readonly labels: readonly { readonly span: { readonly line: number } }[]
}

async function lint(folder: string): Promise<readonly Diagnostic[]> {
  const report = await new Promise<string>((resolve) => {
    const args = ['--format=json', 'packages', 'scripts', 'test']
    execFile(join(root, 'node_modules/.bin/oxlint'), args, { cwd: folder, maxBuffer: 1e8 }, (_error, stdout) =>
      resolve(stdout),
    )
  })
  return (JSON.parse(report) as { diagnostics: Diagnostic[] }).diagnostics
}

/** An import that oxlint refuses, as file and source. */
async function importAt(folder: string, { filename, labels }: Diagnostic): Promise<string> {
  const line = (await readFile(join(folder, filename), 'utf8')).split('\n')[labels[0]!.span.line - 1]!
  return `${filename} ${line.split("'")[1]}`
}
