import { expect, it } from 'vitest'
import { formsOf } from '@provisioner/shared/secret-forms.ts'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf } from '../fixtures/people.ts'
import { dumpQueue } from '../fixtures/queue-dump.ts'
import {
  startScriptedZendesk,
  type Arrived,
  type Scripted,
  type ScriptedZendesk,
} from '../fixtures/scripted-zendesk.ts'
import { startService } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { openWorld } from '../fixtures/world.ts'

/** What careless gateways do: the refusal repeats the request, as it came, encoded, and once more in base64. */
function repeating({ url, headers, body }: Arrived): Scripted {
  const { authorization = '' } = headers
  const words = [
    authorization,
    body,
    encodeURIComponent(body),
    Buffer.from(`${authorization}\n${body}`).toString('base64'),
  ]
  return url.includes('/oauth/')
    ? { status: 400, body: { error: 'invalid_client', error_description: `Refused: ${words.join(' ')}` } }
    : { status: 422, body: { error: 'RecordInvalid', description: words.join(' '), details: { base: words } } }
}

it('a Zendesk that repeats our requests in its refusals gets no secret into a log, into Redis, or before anybody', async () => {
  await using echo = new AsyncDisposableStack()
  let zendesk: ScriptedZendesk | undefined
  await using world = await openWorld({
    ldif: directoryOf([{ uid: 'ada' }, { uid: 'bob' }]),
    sandbox: { bulkImport: false, limits: 'off' },
    zendeskUrl: async (sandbox) => {
      let tokens = 0
      zendesk = echo.use(
        await startScriptedZendesk((request) => {
          const { method, url } = request
          if (url.includes('/oauth/') ? (tokens += 1) === 1 : method === 'POST') return repeating(request)
          return (response) =>
            void forward(sandbox.url, request).then(({ status, body }) =>
              response.writeHead(status, { 'content-type': 'application/json' }).end(body),
            )
        }),
      )
      return zendesk.url
    },
    producers: 0,
    workers: 0,
  })
  const run = { yaml: world.yaml, env: { LOG_LEVEL: 'trace' } }
  await using worker = await startService('worker', run)
  await using producer = await startService('producer', run)
  const failed = () => world.queue('users.create').getFailedCount()
  const cycleFails = async () => (await world.problems('connection')).length > 0
  await until(
    async () => (await cycleFails()) || (await failed()) === 2,
    30_000,
    () => producer.output.join('\n'),
  )
  if (await cycleFails()) await runCli(world, ['cycle'])
  await until(
    async () => (await failed()) === 2,
    60_000,
    () => [...producer.output, ...worker.output].join('\n'),
  )

  const told = [
    ...producer.output,
    ...worker.output,
    JSON.stringify(await dumpQueue(world.redis, '')),
    (await runCli(world, ['problems'])).stdout,
  ]

  const headers = zendesk!.arrived.map((request) => request.headers.authorization ?? '')
  const tokens = new Set(headers.filter((header) => header.startsWith('Bearer ')).map((header) => header.slice(7)))
  expect(tokens.size).toBeGreaterThan(0)
  const { clientSecret } = world.config.accounts['acme']!.auth
  const secrets = [clientSecret!, world.config.connections[0]!.directory.bindPassword!, ...tokens]
  const found = secrets.flatMap(formsOf).filter((form) => told.some((text) => text.includes(form)))
  expect(found).toEqual([])
  // and the refusals did come through
  for (const of of [worker.output.join('\n'), told.at(-2)!, told.at(-1)!]) expect(of).toContain('[secret]')
  expect(told.at(-1)).toContain('[secret]')
})

async function forward(to: string, { method, url, headers, body }: Arrived) {
  const { authorization = '' } = headers
  const answer = await fetch(`${to}${url}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== '' && { body }),
  })
  return { status: answer.status, body: await answer.text() }
}
