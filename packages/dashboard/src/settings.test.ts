import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readSettings } from './settings.ts'

it('listens on this machine only, without a login, when nothing is set', () => {
  expect(readSettings({ DASHBOARD_HOST: '' })).toEqual({
    configPath: 'provisioner.yaml',
    host: '127.0.0.1',
    port: 3000,
    credentials: [],
    sessionSecret: undefined,
    webhookSecret: undefined,
    trustProxy: false,
  })
})

it('refuses to be open to other machines', () => {
  expect(() => readSettings({ DASHBOARD_HOST: '0.0.0.0' })).toThrow(
    'The dashboard will not listen on 0.0.0.0 without a login: set DASHBOARD_OPERATOR',
  )
  expect(readSettings({ DASHBOARD_HOST: '::1' }).host).toBe('::1')
  expect(readSettings({ DASHBOARD_HOST: '0.0.0.0', DASHBOARD_VIEWER: 'eve:pw' }).host).toBe('0.0.0.0')
})

it('reads logins from the environment and from files, colons in passwords included', () => {
  const folder = mkdtempSync(join(tmpdir(), 'provisioner-dashboard-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'viewer'), 'eve:looks\n')

  const { credentials } = readSettings({ DASHBOARD_OPERATOR: 'ada:a:b', DASHBOARD_VIEWER_FILE: join(folder, 'viewer') })

  expect(credentials).toEqual([
    { role: 'operator', name: 'ada', password: 'a:b' },
    { role: 'viewer', name: 'eve', password: 'looks' },
  ])
})

it.each([
  ['', false],
  ['false', false],
  ['true', true],
  ['2', 2],
  ['10.0.0.5, 10.1.0.0/16,fd00::/8', '10.0.0.5, 10.1.0.0/16,fd00::/8'],
  ['loopback', 'loopback'],
])('reads the proxies %j', (text, proxies) => {
  expect(readSettings({ DASHBOARD_TRUST_PROXY: text }).trustProxy).toBe(proxies)
})

it.each([
  [{ DASHBOARD_TRUST_PROXY: 'yes' }, 'DASHBOARD_TRUST_PROXY is "yes": give true for one proxy'],
  [{ DASHBOARD_TRUST_PROXY: '10.0.0.1/33' }, 'DASHBOARD_TRUST_PROXY is "10.0.0.1/33"'],
  [{ DASHBOARD_OPERATOR: 'ada' }, 'DASHBOARD_OPERATOR is not a login'],
  [{ DASHBOARD_VIEWER: ':pw' }, 'DASHBOARD_VIEWER is not a login'],
  [{ DASHBOARD_OPERATOR_FILE: '/nowhere/login' }, 'DASHBOARD_OPERATOR_FILE names /nowhere/login'],
  [{ DASHBOARD_PORT: 'http' }, 'DASHBOARD_PORT is not a port'],
])('refuses %o', (environment, message) => {
  expect(() => readSettings(environment)).toThrow(message)
})
