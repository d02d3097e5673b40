import { expect, it } from 'vitest'
import { readWebhookSecrets } from './webhook-secrets.ts'

it.each([
  [undefined, ['acme'], []],
  ['abc=', ['acme'], [{ account: 'acme', secret: 'abc=' }]],
  ['acme:abc=', ['acme'], [{ account: 'acme', secret: 'abc=' }]],
  [
    'acme:new\nacme:old globex:other',
    ['acme', 'globex'],
    [
      { account: 'acme', secret: 'new' },
      { account: 'acme', secret: 'old' },
      { account: 'globex', secret: 'other' },
    ],
  ],
])('reads %j of accounts %j', (text, accounts, secrets) => {
  expect(readWebhookSecrets(text, new Set(accounts))).toEqual(secrets)
})

it.each([
  ['abc', ['acme', 'globex']],
  ['initech:abc', ['acme']],
  ['acme:', ['acme']],
])('refuses %j of accounts %j, and does not repeat it', (text, accounts) => {
  const read = () => readWebhookSecrets(text, new Set(accounts))

  expect(read).toThrow('DASHBOARD_WEBHOOK_SECRET names no account of the configuration')
  expect(read).not.toThrow('abc')
})
