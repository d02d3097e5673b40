import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ensurePrograms } from '@provisioner/sandbox/servers/ensure-programs.ts'

const folder = new URL('../../../deploy/prometheus/', import.meta.url)
const fileOf = (name: string) => fileURLToPath(new URL(name, folder))

let promtool: string
beforeAll(async () => {
  promtool = (await ensurePrograms(['promtool'])).promtool
}, 300_000)

/** What promtool says; rejects with it when it is not content. */
async function check(...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(promtool, args, { cwd: fileURLToPath(folder) })
  return stdout + stderr
}

it('the alert rules are what Prometheus takes', async () => {
  expect(await check('check', 'rules', fileOf('alerts.yml'))).toContain('SUCCESS')
})

it('each alert is fired by its fault, says which, and is silent while all is well', async () => {
  const { groups } = parse(await readFile(fileOf('alerts.yml'), 'utf8')) as {
    groups: { rules: { alert: string }[] }[]
  }
  const { tests } = parse(await readFile(fileOf('alerts.test.yml'), 'utf8')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[]
  }
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)).toSorted()
  const tested = (isFired: boolean) =>
    tests
      .flatMap((test) => test.alert_rule_test)
      .filter(({ exp_alerts: expected = [] }) => expected.length > 0 === isFired)
      .map(({ alertname }) => alertname)
      .toSorted()

  expect([tested(true), tested(false)]).toEqual([alerts, alerts])
  expect(await check('test', 'rules', fileOf('alerts.test.yml'))).toContain('SUCCESS')
})

it('asks for codes that docs/operations.md has', async () => {
  const runbook = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8')
  const codes = [...(await readFile(fileOf('alerts.yml'), 'utf8')).matchAll(/code="(\w+)"/g)].map(([, code]) => code)

  expect(codes.length).toBeGreaterThan(2)
  for (const code of codes) expect(runbook).toContain(`\`${code}\``)
})

it('asks for metrics and labels that docs/metrics.md has', async () => {
  const docs = await readFile(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')
  const rows = [...docs.matchAll(/^\| `(provisioner_\w+)` \| \w+ \| (.*?) \|/gm)]
  const labelsOf = new Map(rows.map(([, name, labels]) => [name, labels!.split(', ')]))
  const rules = await readFile(fileOf('alerts.yml'), 'utf8')
  const asked = [...rules.matchAll(/(provisioner_\w+)(?:\{(\w+)=)?/g)].map(([, name, label]) => [name, label] as const)

  expect(asked.length).toBeGreaterThan(10)
  for (const [name, label] of asked)
    expect([name, labelsOf.get(name)]).toEqual([
      name,
      label === undefined ? expect.any(Array) : expect.arrayContaining([label]),
    ])
})
