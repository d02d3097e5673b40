import { CommandLineError } from '../command-line-error.ts'
import { confirmOrRefuse } from '../confirm.ts'
import { link, type LinkOptions } from '../link/link.ts'
import { unlink } from '../link/unlink.ts'
import type { CommandLine } from '../run-command.ts'

/** Thrown for what is no id of Zendesk's. */
class ZendeskIdError extends CommandLineError {
  override name = 'ZendeskIdError' as const
  override readonly code = 'ZENDESK_ID' as const

  constructor(text: string) {
    super(`'${text}' is no id of Zendesk's: it is a number, as in the address of a user's or a group's page there`)
  }
}

interface Options extends LinkOptions {
  readonly connection?: string
  readonly yes: boolean
}

const CONNECTION = ['--connection <id>', 'the connection, where several have the entry'] as const
const REASON = ['--reason <text>', 'why; is kept in the history'] as const
const JSON_LINE = ['--json', 'one JSON line in place of text', false] as const

/** `link` and `unlink`. */
export function addLink({ program, run, print }: CommandLine): void {
  const terminalOf = ({ yes }: Options) => ({ print, confirm: yes ? async () => true : confirmOrRefuse })
  program
    .command('link <who> <zendesk-id>')
    .description('link a person or a group to a user or group of Zendesk by hand; named as for `explain`')
    .option(...CONNECTION)
    .option(...REASON)
    .option('--yes', 'do not ask', false)
    .option(...JSON_LINE)
    .addHelpText('after', LINK_HELP)
    .action((who: string, id: string, options: Options) =>
      run(options.connection, (session) => link(session, who, idOf(id), options, terminalOf(options)), {
        reads: 'sources',
      }),
    )
  program
    .command('unlink <who>')
    .description('forget which user or group of Zendesk a person or a group is linked to; nothing is written there')
    .option(...CONNECTION)
    .option(...REASON)
    .option('--yes', 'do not ask', false)
    .option(...JSON_LINE)
    .addHelpText('after', UNLINK_HELP)
    .action((who: string, options: Options) =>
      run(options.connection, (session) => unlink(session, who, options, terminalOf(options)), { reads: 'sources' }),
    )
}

function idOf(text: string): number {
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) throw new ZendeskIdError(text)
  return Number(text)
}

const LINK_HELP = `
It shows both sides and what the directory then has written, and asks. Refused are objects of another entry, protected
users, the API's own user, and team members who may do more than the entry's role.

Example:
  provisioner link ada@acme.com 9300000105498`

const UNLINK_HELP = `
The next cycle looks for the entry's user or group anew; what it would find is said before it is asked.

Example:
  provisioner unlink ada@acme.com`
