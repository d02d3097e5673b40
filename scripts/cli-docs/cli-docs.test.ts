import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeExits, EXIT, MEANINGS, OWN_COMMANDS } from '../../packages/producer/src/cli/exit-codes.ts'
import { CLI_PAGE, cliPage, helpOf, shownCommands } from './cli-page.ts'

const page = readFileSync(new URL(`../../${CLI_PAGE}`, import.meta.url), 'utf8')
const helps = (await shownCommands()).map(({ name, command }) => ({ name, command, help: helpOf(command) }))

/** What prints no data of its own: the shell's words, and nothing else, are what these are for. */
const WITHOUT_JSON = ['completion']

it(`${CLI_PAGE} is what the program says; else run: node scripts/generate-cli-docs.ts`, async () => {
  expect(page).toBe(await cliPage())
})

describe('every command', () => {
  it.each(helps)('$name teaches by an example of itself', ({ name, help }) => {
    const [, example = ''] = help.split(/\nExamples?\b.*:\n/)

    expect(example).toContain(`provisioner ${name}`)
  })

  it.each(helps)('$name has --json', ({ name, command }) => {
    const has = command.options.some(({ long }) => long === '--json')

    expect(has).toBe(!WITHOUT_JSON.includes(name))
  })

  it.each(helps)('$name is a section of the page', ({ name }) => {
    expect(page).toContain(`\n## ${name}\n`)
  })
})

describe('the table of exit codes', () => {
  it('is on the page, each code once', () => {
    for (const [exit, code] of Object.entries(EXIT))
      expect(page.split(`| ${code} | ${MEANINGS[exit as keyof typeof EXIT]} |`)).toHaveLength(2)
    expect(new Set(Object.values(EXIT)).size).toBe(Object.keys(MEANINGS).length)
  })

  it.each(OWN_COMMANDS)('says of %s what its --help says', (name) => {
    const help = helps.find((one) => one.name === name)?.help

    expect(help).toContain(describeExits(name))
  })

  it('is the only place of exit codes: no help has others', () => {
    const told = helps.filter(({ help }) => help.split(/exit codes?\b/i).length > 2)

    expect(told.map(({ name }) => name)).toEqual([])
  })

  it('is what the runbook says of status', () => {
    const runbook = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
    const rows = [...runbook.matchAll(/^\| ([0-4]) \| (\w+)/gm)].map(([, code, word]) => [code, word])

    expect(rows).toEqual([
      ['0', 'all'],
      ['1', 'it'],
      ['2', 'the'],
      ['3', 'degraded'],
      ['4', 'stopped'],
    ])
  })
})
