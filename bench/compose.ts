import { readFile } from 'node:fs/promises'

/** What docker-compose.yml gives a service, MB. */
export async function composeLimitMb(service: string): Promise<number> {
  const [, amount, unit] = await inCompose(service, /mem_limit: (\d+)([mg])/)
  return Number(amount) * (unit === 'g' ? 1024 : 1)
}

/** What docker-compose.yml has Node.js told when it starts a service. */
export async function composeFlags(service: string): Promise<string[]> {
  const [, flags] = await inCompose(service, /command: \[node, ((?:--[^,]+, )*)packages\/.*\]/)
  return flags!.split(', ').filter((flag) => flag !== '')
}

async function inCompose(service: string, line: RegExp): Promise<RegExpExecArray> {
  const compose = await readFile(new URL('../docker-compose.yml', import.meta.url), 'utf8')
  const found = new RegExp(`^  ${service}:\\n(?: {4}.*\\n|\\n)*? {4}${line.source}$`, 'm').exec(compose)
  if (!found) throw new Error(`docker-compose.yml says nothing of ${line.source} for '${service}'`)
  return found
}
