import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TextFileError, writeTextFile } from './text-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provisioner-file-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('replaces no file unless it may, and is its owner’s alone', async () => {
  const path = join(folder, 'a.plan')
  await writeTextFile(path, 'one', { replace: false })

  await expect(writeTextFile(path, 'two', { replace: false })).rejects.toThrow(TextFileError)
  expect([await readFile(path, 'utf8'), (await stat(path)).mode & 0o777]).toEqual(['one', 0o600])
  await writeTextFile(path, 'two', { replace: true })
  expect(await readFile(path, 'utf8')).toBe('two')
})

it('writes through no link that lies where the unfinished file does, and takes no mode from there', async () => {
  const [path, elsewhere] = [join(folder, 'a.plan'), join(folder, 'elsewhere')]
  await writeFile(elsewhere, 'theirs', { mode: 0o644 })
  await symlink(elsewhere, `${path}.part`)

  await writeTextFile(path, 'ours', { replace: false })

  expect([await readFile(elsewhere, 'utf8'), await readFile(path, 'utf8')]).toEqual(['theirs', 'ours'])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})
