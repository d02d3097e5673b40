import { afterEach, expect, it, vi } from 'vitest'
import { ensurePrograms, ProgramMissingError } from './ensure-programs.ts'

afterEach(() => vi.unstubAllEnvs())

it('finds what is installed and announces nothing', async () => {
  const announced: string[] = []
  // On a bare machine this installs it.
  await ensurePrograms(['slapd'], () => {})

  const { slapd } = await ensurePrograms(['slapd'], (line) => announced.push(line))

  expect(slapd).toMatch(/\/slapd$/)
  expect(announced).toEqual([])
})

it('tells in one line what to install where it cannot install', async () => {
  vi.stubEnv('PATH', '/nonexistent')

  const missing = ensurePrograms(['ldapsearch', 'ldapmodify', 'chromium'])

  await expect(missing).rejects.toThrow(ProgramMissingError)
  await expect(missing).rejects.toThrow(/sudo apt-get install ldap-utils chromium\)$/)
})
