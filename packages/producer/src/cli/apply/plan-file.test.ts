import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { CyclePlan } from '../../cycle/cycle-plan.ts'
import type { PlanSources } from '../../cycle/plan-sources.ts'
import { readPlanFile, writePlanFile } from './plan-file.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plan-file-'))
  path = join(folder, 'friday.plan')
  const of = {
    connection: { id: 'staff', account: 'acme' },
    reader: { records: async () => [] } as unknown as LedgerReader,
  }
  await writePlanFile(path, of as unknown as PlanSources, PLAN, { config: 'print', full: false, replace: false })
})
afterEach(() => rm(folder, { recursive: true }))

const PLAN = {
  released: [
    {
      ...{ kind: 'user', id: '1', dn: 'uid=ada', label: 'ada', operation: 'create user', changed: ['phone'] },
      desired: { presence: 'active', attributes: { phone: 'secret' }, createOnly: [], tagsMode: 'merge' },
    },
  ],
  ...{ links: [], held: [], decisions: new Map() },
} as unknown as CyclePlan

it('is read as it was written, has no values, and is for its owner alone', async () => {
  expect(await readPlanFile(path)).toMatchObject({
    ...{ version: 1, connection: 'staff', account: 'acme', config: 'print', full: false, firstPlan: false },
    things: [{ key: 'user|1', state: 'released', operation: 'create user', dn: 'uid=ada', label: 'ada' }],
  })
  expect(await readFile(path, 'utf8')).not.toContain('secret')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

it.each([
  ['is edited', (text: string) => text.replace('uid=ada', 'uid=bob'), 'was changed since it was written'],
  ['is cut off', (text: string) => text.slice(0, -9), 'was cut off'],
  ['is of another version', (text: string) => text.replace('"version":1', '"version":2'), 'of another version (2)'],
  ['is something else', () => '{"a":1}', 'is no plan'],
  ['is a number', () => '7', 'is no plan'],
])('is refused when it %s', async (_what, change, why) => {
  await writeFile(path, change(await readFile(path, 'utf8')))

  await expect(readPlanFile(path)).rejects.toThrow(why)
})

it('is refused when it is not there', async () => {
  await expect(readPlanFile(join(folder, 'none'))).rejects.toThrow('there is no such file')
})
