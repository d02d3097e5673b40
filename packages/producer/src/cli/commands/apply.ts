import { Option } from 'commander'
import { applyPlan, type ApplyOptions } from '../apply/apply-plan.ts'
import { readPlanFile } from '../apply/plan-file.ts'
import { confirm } from '../confirm.ts'
import { progressOn } from '../progress.ts'
import { readDuration } from '../read-duration.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = `
Examples:
  provisioner plan staff --out friday.plan
  provisioner apply friday.plan --approve --reason "change 4711"`

export function addApply({ program, run, runAlone, print }: CommandLine): void {
  program
    .command('apply <file>')
    .description("carry out exactly the plan that 'plan --out' has put into a file, or tell what has changed since")
    .option('--partial', 'carry out what is still the same, though something else has changed', false)
    .option('--approve', 'approve what of the plan is held, or the first plan', false)
    .option('--reason <text>', 'why; is kept with the approval')
    .option('--all', 'list everything that has changed', false)
    .option('--yes', 'do not ask on a terminal', false)
    .addOption(
      new Option('--timeout <duration>', 'how long to wait')
        .argParser(readDuration)
        .default(readDuration('10m'), '10m'),
    )
    .option('--json', 'one JSON line', false)
    .addHelpText('after', HELP)
    .action((path: string, options: ApplyOptions & { yes: boolean }) => {
      const terminal = {
        print,
        confirm: options.yes || options.json ? async () => true : confirm,
        progress: progressOn(process.stderr),
      }
      return runAlone(async () => {
        const file = await readPlanFile(path)
        await run(file.connection, (session) => applyPlan(session, file, options, terminal), { reads: 'sources' })
      })
    })
}
