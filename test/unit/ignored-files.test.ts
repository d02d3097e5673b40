import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')

/** What README tells people to create, each with the pattern that keeps it out. */
const CREATED = [
  ['provisioner.yaml', '/provisioner.yaml', 'provisioner.yaml'],
  ['.env ', '.env', '.env'],
  ['docker-compose.override.yml', '/docker-compose.override.yml', 'docker-compose.override.yml'],
  ['./secrets/ldap_password', '/secrets/', 'secrets'],
  ['./acme.pem', '*.pem', '**/*.pem'],
] as const

it.each(CREATED)('%s, which README tells to create, gets into no commit and no image', (name, inGit, inDocker) => {
  expect(read('README.md')).toContain(name)
  expect(read('.gitignore').split('\n')).toContain(inGit)
  expect(read('.dockerignore').split('\n')).toContain(inDocker)
})

it('no other file than these is created beside the repository’s own', () => {
  const files = [...read('README.md').matchAll(/file: \.\/([\w/.-]+)/g)].map(([, path]) => path!)

  expect(files.length).toBeGreaterThan(2)
  expect(files.filter((path) => !path.startsWith('secrets/'))).toEqual([])
})
