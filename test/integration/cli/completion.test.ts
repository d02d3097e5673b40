import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { locateProgram } from '@provisioner/sandbox/servers/locate-program.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const BIN = fileURLToPath(new URL('../../../packages/producer/bin/provisioner.mjs', import.meta.url))

const CONFIG = 'connections:\n  - id: staff\n  - id: partners\n'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'completion-'))
  await symlink(BIN, join(folder, 'provisioner'))
  await writeFile(join(folder, 'provisioner.yaml'), CONFIG)
  await writeFile(join(folder, 'other.yaml'), 'connections: [{ id: other }]')
  await writeFile(join(folder, 'evil.yaml'), 'connections: [{ id: $(touch evaluated) }]')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What a shell prints in the folder of the configuration, with `provisioner` and Node.js on the PATH. */
async function shell(name: string, script: string, ...args: string[]): Promise<string[]> {
  const path = [folder, dirname(process.execPath), process.env['PATH']].join(delimiter)
  const { stdout } = await promisify(execFile)(name, [...args, '-c', script], {
    cwd: folder,
    env: { PATH: path, HOME: folder },
  })
  return stdout.split('\n').filter(Boolean)
}

/** What is typed, the last word being the one at which Tab is pressed, and what is offered. */
const TYPED: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [['stat'], ['status']],
  [
    ['ledger', ''],
    ['export', 'import', 'rebuild', 'help'],
  ],
  [['approve', '--include'], ['--include-rejected']],
  [
    ['status', ''],
    ['staff', 'partners'],
  ],
  [['status', 'par'], ['partners']],
  [['sync', '--full', 'st'], ['staff']],
  [['-c', 'other.yaml', 'status', ''], ['other']],
  [['-c', 'evil.yaml', 'status', ''], []],
  [['-c', 'missing.yaml', 'status', ''], []],
  [['nonsense', ''], []],
]

const name = (words: readonly string[]) => words.join(' ')
const cases = TYPED.map(([words, offered]) => ({ typed: name(words), words, offered }))
const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ')

describe('Tab in bash', () => {
  it.each(cases)('after `$typed` offers $offered', async ({ words, offered }) => {
    const found = await shell(
      'bash',
      `source <(provisioner completion bash)
       COMP_WORDS=(provisioner ${quoted(words)}); COMP_CWORD=${words.length}
       _provisioner; printf '%s\\n' "\${COMPREPLY[@]}"; ls evaluated 2>/dev/null; true`,
    )

    expect(found).toEqual(offered)
  })

  it('may be set up twice, and completes files where nothing else fits', async () => {
    const twice = 'source <(provisioner completion bash)\n'

    expect(await shell('bash', `${twice}${twice}complete -p provisioner`)).toEqual([
      'complete -o default -F _provisioner provisioner',
    ])
  })
})

describe('Tab in fish', () => {
  it.for(cases.filter(({ offered }) => offered.length > 0))(
    'after `$typed` offers $offered',
    async ({ words, offered }, context) => {
      if (!locateProgram('fish')) context.skip('fish is not installed: apt-get install fish')
      const line = `provisioner ${words.join(' ')}`

      const found = await shell('fish', `provisioner completion fish | source; complete -C ${quoted([line])}`)

      expect(found.map((one) => one.split('\t')[0])).toEqual(expect.arrayContaining([...offered]))
    },
  )
})

describe('Tab in zsh', () => {
  it('is given by a script that zsh reads', async (context) => {
    if (!locateProgram('zsh')) context.skip('zsh is not installed: apt-get install zsh')

    const words = `words=(provisioner status ''); CURRENT=3; _provisioner`
    const found = await shell(
      'zsh',
      `compdef() { :; }; _describe() { print -l -- "\${(P)2[@]}"; }
       source <(provisioner completion zsh); ${words}`,
      '-f',
    )

    expect(found).toEqual(['staff:connection', 'partners:connection'])
  })
})
