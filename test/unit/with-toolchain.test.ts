import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const wrapper = new URL('../../scripts/with-toolchain.mjs', import.meta.url).pathname

/** The wrapper in a repository of its own, with a pnpm and an npx that only say what they are told to. */
describe('with-toolchain', () => {
  let folder: string
  let child: ChildProcess | undefined

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toolchain-'))
    for (const name of ['bin', 'fetched', 'scripts', 'node_modules']) await mkdir(join(folder, name))
    await cp(wrapper, join(folder, 'scripts/with-toolchain.mjs'))
    await program('bin/pnpm', 'echo 12.21.0')
  })
  afterEach(async () => {
    child?.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  const program = (path: string, script: string) =>
    writeFile(join(folder, path), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const script = (name: string, code: string) => writeFile(join(folder, `scripts/${name}.ts`), code)

  function start(...args: string[]) {
    const env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` }
    const running = spawn(process.execPath, [join(folder, 'scripts/with-toolchain.mjs'), ...args], { env })
    child = running
    let output = ''
    for (const stream of [running.stdout, running.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
    return { running, ended: once(running, 'close').then(([code]) => ({ code: code as number, output })) }
  }

  it('hands arguments on as they are, and the exit code back', async () => {
    await script('say', 'process.stdout.write(JSON.stringify(process.argv.slice(2))); process.exitCode = 7')

    const { code, output } = await start('say', '--', "a 'b' c", '$HOME', '--once').ended

    expect(output).toBe(`["a 'b' c","$HOME","--once"]`)
    expect(code).toBe(7)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('passes %s on and waits for the end', async (signal) => {
    await script(
      'stay',
      `process.once('${signal}', () => { process.stdout.write('bye'); process.exit(5) })
       setInterval(() => {}, 1000); process.stdout.write('up ')`,
    )

    const { running, ended } = start('stay')
    await once(running.stdout, 'data')
    running.kill(signal)

    expect(await ended).toEqual({ code: 5, output: 'up bye' })
  })

  it('fetches what does not fit, saying so in one line, and runs with that', async () => {
    await program('bin/pnpm', 'echo 9.0.0')
    await program('fetched/pnpm', `echo "$@" > ${join(folder, 'asked')}`)
    await program('bin/npx', `echo noise >&2; echo '["${process.execPath}","${join(folder, 'fetched/pnpm')}"]'`)
    await script('say', `process.stdout.write(process.env.PATH.split(':')[1])`)

    const { code, output } = await start('say').ended

    const [first, second, ...rest] = output.split('\n')
    expect(first).toMatch(/^Getting node@24 and pnpm@12\.21\.0 through npx/)
    expect([second, rest, code]).toEqual([join(folder, 'fetched'), [], 0])
    expect(dirname(second!)).toBe(folder)
  })

  it.each([
    ['shows why packages can not be installed', 'say', 'no such lockfile'],
    ['says which script is not there', 'sing', 'scripts/sing.ts is not there'],
    ['runs nothing outside of scripts', '../say', 'is not there'],
  ])('%s', async (_case, name, reason) => {
    await program('bin/pnpm', 'if [ "$1" = install ]; then echo no such lockfile; exit 3; fi; echo 12.21.0')
    await script('say', `process.stdout.write('ran')`)

    const { code, output } = await start(name).ended

    expect(output).toContain(reason)
    expect(output).not.toContain('ran')
    expect(code).toBe(1)
  })
})

it('is of one mind with package.json, the image and README: one pnpm, one oldest Node.js', async () => {
  const [manifest, script, image, readme, withoutDocker] = await Promise.all(
    ['package.json', 'scripts/with-toolchain.mjs', 'Dockerfile', 'README.md', 'docs/without-docker.md'].map((path) =>
      readFile(new URL(`../../${path}`, import.meta.url), 'utf8'),
    ),
  )
  const { engines, packageManager } = JSON.parse(manifest!) as { engines: { node: string }; packageManager: string }
  const oldest = /\d+/.exec(engines.node)?.[0]

  expect(script).toContain(`toFetch: '${packageManager}'`)
  expect(script).toContain(`OLDEST_NODE = ${oldest}\n`)
  expect(image).toContain(`npm install --silent --global ${packageManager}\n`)
  expect(withoutDocker).toContain(`npx ${packageManager} install --prod --frozen-lockfile`)
  expect(readme).toContain(`Node.js ${oldest} or later`)
})
