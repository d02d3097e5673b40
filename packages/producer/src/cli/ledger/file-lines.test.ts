import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { linesOf, writeWhole } from './file-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'provisioner-lines-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function* numbers(count: number) {
  for (let n = 1; n <= count; n++) yield `${n}\n`
}

it('a file of many lines is written whole, and how many there are is shown meanwhile', async () => {
  const path = join(folder, 'whole')
  const shown: number[] = []

  const lines = await writeWhole(path, numbers(2_500), { show: (n) => shown.push(n), judge: () => {} })

  expect([lines, shown]).toEqual([2_500, [1_000, 2_000]])
  let read = ''
  for await (const line of linesOf(path)) read += `${line}\n`
  expect(read).toBe(readFileSync(path, 'utf8'))
  expect(read.split('\n')).toHaveLength(2_501)
})

it('a file that is judged unfit does not come to be, and the one that was there stays', async () => {
  const path = join(folder, 'kept')
  await writeWhole(path, numbers(3), { show: () => {}, judge: () => {} })
  const unfit = {
    show: () => {},
    judge: () => {
      throw new Error('too few')
    },
  }

  await expect(writeWhole(path, numbers(1), unfit)).rejects.toThrow('too few')

  expect(readFileSync(path, 'utf8')).toBe('1\n2\n3\n')
  expect(existsSync(`${path}.part`)).toBe(false)
})
