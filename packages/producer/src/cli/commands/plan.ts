import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { compareConfigs } from '../plan/compare-configs.ts'
import { readOperations } from '../plan/read-operations.ts'
import { showPlan, type ShowPlanOptions } from '../plan/show-plan.ts'
import type { CommandLine } from '../run-command.ts'
import { openSession } from '../session.ts'

const HELP = `
Examples:
  provisioner plan staff --user ada@acme.com
  provisioner plan --only suspend,delete --all
  provisioner plan staff --out friday.plan
  provisioner plan --config new.yaml --against provisioner.yaml --format md

With --against it tells what --config would do other than that one, for a review: so it does by itself where
PROVISIONER_CONFIG names another file than --config.`

interface PlanOptions extends Omit<ShowPlanOptions, 'json'> {
  readonly json: boolean
  readonly format?: 'text' | 'json' | 'md'
  readonly against?: string
}

export function addPlan(line: CommandLine): void {
  const { program, run, print } = line
  const plan = program
    .command('plan [connection]')
    .description('show what a cycle would do, with old and new values; writes nothing')
    .option('--full', 'as a full cycle would: looks at every linked user and group in Zendesk', false)
    .option('--all', 'list every change and problem', false)
    .addOption(new Option('--user <who>', 'only what is of a user, with their memberships').conflicts('group'))
    .option('--group <which>', 'only what is of a group, with its members')
    .addOption(
      new Option('--only <operations>', 'only these: create, update, suspend, …, or in full: "add member"').argParser(
        readOperations,
      ),
    )
    .addOption(new Option('--limit <number>', 'list at most so many of each').argParser(readNumber))
    .option('--json', 'one JSON line per connection', false)
    .option('--tickets', 'count the open tickets of who leaves, though users.remove.tickets is leave', false)
    .option('--out <file>', "keep the plan in a file, for 'apply' to carry out")
    .option('--force', 'replace the file of --out when it is there already', false)
    .option('--against <file>', 'a configuration: tell what --config would do other than this one')
    .addOption(
      new Option('--format <format>', 'of --against; md is made for a pull request').choices(['text', 'json', 'md']),
    )
    .option('--detailed-exitcode', 'end with 3 when there are changes, with 4 when any are held', false)
    .addHelpText('after', HELP)
  plan.action((connection: string | undefined, options: PlanOptions) => {
    const against = options.against ?? presentConfig(line)
    if (against === undefined) {
      if (options.format === 'md') plan.error("error: '--format md' is of a comparison: say --against FILE as well")
      const json = options.json || options.format === 'json'
      return run(connection, (session) => showPlan(session, { ...options, json }, print), { reads: 'sources' })
    }
    const part = ['user', 'group', 'only', 'out'].find((name) => options[name as keyof PlanOptions] !== undefined)
    if (part !== undefined) plan.error(`error: '--${part}' is of one plan, and two are compared`)
    const format = options.format ?? (options.json ? ('json' as const) : ('text' as const))
    return run(
      connection,
      async (session) => {
        await using present = await openSession({ configPath: against, connection, reads: 'sources' })
        const compared = [
          { path: against, session: present },
          { path: configOf(line), session },
        ] as const
        return await compareConfigs(...compared, { ...options, format }, print)
      },
      { reads: 'sources' },
    )
  })
}

/** The configuration that is in force, where another one is asked about. */
function presentConfig({ program }: CommandLine): string | undefined {
  const inForce = process.env['PROVISIONER_CONFIG']
  const isAsked = program.getOptionValueSource('config') === 'cli'
  return inForce && isAsked && resolve(inForce) !== resolve(configOf({ program })) ? inForce : undefined
}

function configOf({ program }: Pick<CommandLine, 'program'>): string {
  return program.opts<{ config: string }>().config
}

function readNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is no number.')
  return Number(text)
}
