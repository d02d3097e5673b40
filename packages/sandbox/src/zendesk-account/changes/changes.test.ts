import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { callSandbox, type CalledSandbox } from '../sandbox-client.ts'

/** Somebody to whom webhooks are sent, who answers each with the next status, and then with 204. */
async function listener(...statuses: number[]) {
  const got: { headers: IncomingHttpHeaders; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      got.push({ headers: request.headers, body })
      response.writeHead(statuses.shift() ?? 204, { 'retry-after': '1' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { got, url, [Symbol.asyncDispose]: async () => void server.close() }
}

const userOf = async ({ call }: CalledSandbox, attributes: object = {}) =>
  (await call('POST', '/api/v2/users', { user: { name: 'Ada', email: 'ada@example.org', ...attributes } })).body.user

async function subscribe({ call }: CalledSandbox, endpoint: string, ...events: string[]) {
  const subscriptions = events.map((event) => `zen:event-type:user.${event}`)
  const webhook = { name: 'W', endpoint, status: 'active', http_method: 'POST', request_format: 'json', subscriptions }
  const { id } = (await call('POST', '/api/v2/webhooks', { webhook })).body.webhook
  return { id, secret: (await call('GET', `/api/v2/webhooks/${id}/signing_secret`)).body.signing_secret.secret }
}

describe('a webhook', () => {
  it('is told of what it is subscribed to, and signs its bytes and the time', async () => {
    await using zendesk = await callSandbox()
    await using heard = await listener()
    const { id: hook, secret } = await subscribe(zendesk, heard.url, 'name_changed', 'group_membership_created')
    const { id } = await userOf(zendesk)

    await zendesk.call('PUT', `/api/v2/users/${id}`, { user: { name: 'Zo\u00eb', notes: 'nobody is told' } })
    await zendesk.call('PUT', `/api/v2/users/${id}`, { user: { name: 'Zo\u00eb', role: 'agent' } })

    await vi.waitFor(() => expect(heard.got).toHaveLength(2))
    const [{ headers, body }, { body: second }] = heard.got as [(typeof heard.got)[0], (typeof heard.got)[0]]
    expect(JSON.parse(body)).toMatchObject({
      type: 'zen:event-type:user.name_changed',
      subject: `zen:user:${id}`,
      detail: { id: String(id) },
      event: { previous: 'Ada', current: 'Zo\u00eb' },
    })
    expect(JSON.parse(second)).toMatchObject({ event: { group_id: expect.stringMatching(/^\d+$/) } })
    const signature = createHmac('sha256', secret).update(
      `${String(headers['x-zendesk-webhook-signature-timestamp'])}${body}`,
    )
    expect(headers['x-zendesk-webhook-signature']).toBe(signature.digest('base64'))

    await zendesk.call('DELETE', `/api/v2/webhooks/${hook}`)
    expect((await zendesk.call('GET', `/api/v2/webhooks/${hook}/signing_secret`)).status).toBe(404)
  })

  it('delivers again what is answered by 503 with a time, and nothing else', async () => {
    await using zendesk = await callSandbox()
    await using heard = await listener(503, 400)
    await subscribe(zendesk, heard.url, 'created')

    const { id } = await userOf(zendesk)

    await vi.waitFor(() => expect(heard.got).toHaveLength(2))
    expect(heard.got[0]!.body).toBe(heard.got[1]!.body)
    const { deliveries } = (await zendesk.call('GET', '/sandbox/deliveries')).body
    await vi.waitFor(() =>
      expect(deliveries.map(({ body }: { body: string }) => body.includes(String(id)))).toEqual([true, true]),
    )
  })
})

describe('the audit log', () => {
  it('says who changed a user, the newest first, on whose behalf the request came', async () => {
    await using zendesk = await callSandbox({
      before: { users: [{ id: 9, name: 'Olga', email: 'olga@example.org', role: 'admin' } as never] },
    })
    const { id } = await userOf(zendesk)

    await zendesk.call(
      'PUT',
      `/api/v2/users/${id}`,
      { user: { role: 'agent' } },
      { 'x-on-behalf-of': 'olga@example.org' },
    )

    const { body } = await zendesk.call(
      'GET',
      `/api/v2/audit_logs?filter[source_type]=user&filter[source_id]=${id}&page[size]=100`,
    )
    const roles = body.audit_logs.filter((one: { change_description: string }) =>
      one.change_description.startsWith('role '),
    )
    expect(roles).toMatchObject([
      {
        actor_id: 9,
        actor_name: 'Olga',
        action: 'update',
        change_description: 'role changed from end-user to agent',
        source_id: id,
      },
    ])
    expect(body.audit_logs.at(-1)).toMatchObject({ action: 'create', source_label: 'Ada' })
    expect(body.meta.has_more).toBe(false)
  })

  it('is shown on Enterprise plans alone, and by an id of a type', async () => {
    await using zendesk = await callSandbox()

    expect((await zendesk.call('GET', '/api/v2/audit_logs?filter[source_id]=1')).status).toBe(422)
    await zendesk.call('PATCH', '/sandbox/settings', { plan: 'professional' })
    expect((await zendesk.call('GET', '/api/v2/audit_logs')).status).toBe(403)
  })
})
