import { confirmOrRefuse } from '../confirm.ts'
import { rename, type ConnectionOptions } from '../connection/rename.ts'
import { retire } from '../connection/retire.ts'
import type { CommandLine } from '../run-command.ts'

type Options = ConnectionOptions & { readonly yes: boolean }

const ACCOUNT = ['--account <account>', 'the account, where the configuration has several'] as const

/** `connection rename` and `retire`. */
export function addConnection({ program, run, print }: CommandLine): void {
  const terminalOf = ({ yes }: Options) => ({ print, confirm: yes ? async () => true : confirmOrRefuse })
  const connection = program.command('connection').description('rename a connection, or let go of one that is no more')
  connection
    .command('rename <old> <new>')
    .description('give a connection another id in Redis; stop producers and workers first. One broken off goes on')
    .option(...ACCOUNT)
    .option('--yes', 'do not ask', false)
    .option('--json', 'one JSON line in place of text', false)
    .addHelpText('after', '\nExample:\n  provisioner connection rename staff employees')
    .action((from: string, to: string, options: Options) =>
      run(undefined, (session) => rename(session, { from, to }, options, terminalOf(options)), { reads: 'any layout' }),
    )
  connection
    .command('retire <id>')
    .description('let go of a connection that the configuration has no more; nothing is written to Zendesk')
    .option('--hand-over', 'have the other connections take its people over, and keep the rest for now', false)
    .option(...ACCOUNT)
    .option('--yes', 'do not ask', false)
    .option('--json', 'one JSON line in place of text', false)
    .addHelpText('after', '\nExample:\n  provisioner connection retire contractors --hand-over')
    .action((id: string, options: Options & { handOver: boolean }) =>
      run(undefined, (session) => retire(session, id, options, terminalOf(options))),
    )
}
