import { randomUUID } from 'node:crypto'
import http from 'node:http'
import got from 'got'

/**
 * got alone, with so many requests under way at once: what HTTP alone costs. Arguments: the account's URL, its
 * authorization, how many users to create, how many at once. Says how long it took, ms.
 */
const [url, authorization, count, atOnce] = process.argv.slice(2)
const run = randomUUID().slice(0, 8)
const client = got.extend({
  agent: { http: new http.Agent({ keepAlive: true, scheduling: 'lifo' }) },
  headers: { authorization },
  retry: { limit: 0 },
})
let next = 0
const lane = async () => {
  for (let i = next++; i < Number(count); i = next++)
    await client.post(`${url}/api/v2/users`, {
      json: {
        user: {
          email: `got-${run}-${i}@example.org`,
          name: `Person Number ${i}`,
          phone: `+49 30 ${100_000 + i}`,
          role: 'end-user',
          external_id: `got-${run}-${i}`,
          skip_verify_email: true,
        },
      },
      responseType: 'json',
    })
}
const began = performance.now()
await Promise.all(Array.from({ length: Number(atOnce) }, lane))
process.stdout.write(`${performance.now() - began}\n`)
process.exit(0)
