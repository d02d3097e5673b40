import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'

const MODULE = JSON.stringify(new URL('./shutdown.ts', import.meta.url).href)

/** Says that it is up, says why it stops, and then takes its time until `then` lets it go. */
const program = (then: string) => `
  import { shutdownSignal } from ${MODULE}
  const busy = setInterval(() => {}, 1000)
  shutdownSignal().addEventListener('abort', (event) => {
    console.log(event.target.reason.message)
    ${then}
  })
  console.log('up')
`

const children: ReturnType<typeof spawn>[] = []
afterEach(() => children.forEach((child) => child.kill('SIGKILL')))

async function start(then: string) {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program(then)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const line = async () => String(((await once(child.stdout, 'data')) as [Buffer])[0]).trim()
  expect(await line()).toBe('up')
  return { child, line, ended: once(child, 'exit') as Promise<[code: number | null, signal: string | null]> }
}

describe('shutdownSignal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('lets the process end by itself after %s', async (name) => {
    const { child, line, ended } = await start('clearInterval(busy)')

    child.kill(name)

    expect(await line()).toBe(`Stopped by ${name}`)
    expect(await ended).toEqual([0, null])
  })

  it.each([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGTERM'],
    ['SIGTERM', 'SIGINT'],
  ] as const)('ends a process that takes its time after %s with a second signal, %s', async (first, second) => {
    const { child, line, ended } = await start('')
    child.kill(first)
    expect(await line()).toBe(`Stopped by ${first}`)

    child.kill(second)

    expect(await ended).toEqual([null, second])
  })
})
