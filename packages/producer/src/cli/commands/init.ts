import { readAnswers } from '../init/answers.ts'
import { TerminalQuestions } from '../init/ask-on-terminal.ts'
import { NobodyToAskError, runInit } from '../init/run-init.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = `
Example:
  provisioner init                            asks, looks, and writes provisioner.yaml
  provisioner init --answers answers.yaml     for scripts, with a file such as

    directory: { url: ldaps://ldap.acme.com, bindDn: "cn=reader,dc=acme,dc=com",
                 bindPassword: "\${env:LDAP_PASSWORD}" }
    zendesk: { url: acme, clientId: "\${env:ZENDESK_CLIENT_ID}",
               clientSecret: "\${env:ZENDESK_CLIENT_SECRET}" }
    redis: redis://127.0.0.1:6379

It may also have directory.base, directory.caFile, connection (staff), and
envFile: true, by which secrets that stand in it go to .env.

The directory is read below the base, Zendesk is asked for a token and reads.
The file that is written suspends leavers and deletes nobody, and its first
plan waits for approval.`

export function addInit({ program, runAlone, print }: CommandLine): void {
  program
    .command('init')
    .description('look at the directory and at Zendesk, and write a configuration of what is found')
    .option('--answers <file>', 'a file of answers, where nobody is to be asked')
    .option('--no-zendesk', 'do not look at Zendesk: there is no account yet, or no way to it')
    .option('--force', 'replace a file that is there', false)
    .option('--json', 'one JSON line: what was written, and what is still to be set; with --answers alone', false)
    .addHelpText('after', HELP)
    .action((options: { answers?: string; zendesk: boolean; force: boolean; json: boolean }) =>
      runAlone(async (path) => {
        const { answers, zendesk: looksAtZendesk, force, json } = options
        if (answers === undefined && (json || !process.stdin.isTTY)) throw new NobodyToAskError()
        if (answers !== undefined) {
          const questions = await readAnswers(answers, process.env)
          const tell = json ? () => {} : print
          const written = await runInit({ path, questions, force, looksAtZendesk, print: tell })
          if (json) print(JSON.stringify(written))
          return
        }
        using questions = new TerminalQuestions(process.env)
        await runInit({ path, questions, force, looksAtZendesk, print })
      }),
    )
}
