import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A script beside the repository that brings a real engine to machines that have none; not part of the project. */
const LAB = fileURLToPath(new URL('../../../shared/lab/docker-engine', import.meta.url))

/** A Docker engine with a compose. */
export interface Engine extends AsyncDisposable {
  docker(...args: string[]): Promise<string>
  /** Compose of this project, with the profile `sandbox`. */
  compose(...args: string[]): Promise<string>
}

/** The engine at hand, else one that the lab starts, and stops again in the end; undefined where there is neither. */
export async function findEngine(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<Engine | undefined> {
  if (await answers(env)) return engine(env, async () => {})
  if (!existsSync(LAB)) return undefined
  say('No Docker engine answers: starting one by ../shared/lab/docker-engine, which takes some minutes the first time')
  const lab = { ...env, LAB: env['LAB'] ?? '/tmp/lab-docker', PATH: withoutNpx(env['PATH']) }
  const running = await answers({ ...env, DOCKER_HOST: `unix://${lab.LAB}/docker.sock` })
  const { stdout } = await run('bash', [LAB, 'start'], { env: lab, maxBuffer: 64 * 1024 * 1024 })
  const host = /^DOCKER_HOST=(.*)$/m.exec(stdout)?.[1]
  const stop = async () => void (running || (await run('bash', [LAB, 'stop'], { env: lab })))
  say('The lab has no image of Valkey and can fetch none: REDIS_IMAGE=redis:7, which is Debian’s Redis')
  // Its compose needs Python's own docker client to see no other tool's settings.
  const own = { DOCKER_HOST: host, PATH: `/usr/bin:${env['PATH']}`, REDIS_IMAGE: 'redis:7' }
  return engine({ ...env, ...own }, stop)
}

async function engine(env: NodeJS.ProcessEnv, stop: () => Promise<void>): Promise<Engine> {
  const options = { env: { ...env, DOCKER_BUILDKIT: '0', COMPOSE_DOCKER_CLI_BUILD: '0' }, maxBuffer: 256 * 1024 * 1024 }
  const docker = async (...args: string[]) => (await run('docker', args, options)).stdout
  const plugin = await docker('compose', 'version').then(
    () => true,
    () => false,
  )
  return {
    docker,
    compose: async (...args) =>
      plugin
        ? docker('compose', '--profile', 'sandbox', ...args)
        : (await run('docker-compose', ['--profile', 'sandbox', ...args], options)).stdout,
    [Symbol.asyncDispose]: stop,
  }
}

/** The lab copies the npm that lies with the machine's own Node.js; beside one that npx fetched there is none. */
function withoutNpx(path = ''): string {
  const own = path.split(delimiter).filter((folder) => !folder.includes('/_npx/'))
  return own.join(delimiter)
}

async function answers(env: NodeJS.ProcessEnv): Promise<boolean> {
  return run('docker', ['info', '--format', '{{.ServerVersion}}'], { env, timeout: 20_000 }).then(
    ({ stdout }) => /^\d/.test(stdout),
    () => false,
  )
}
