import { showImport, type ImportOptions } from '../pingfederate/show-import.ts'
import type { CommandLine } from '../run-command.ts'

const HELP = `
Example:
  curl -u administrator -H 'X-XSRF-Header: PingFederate' \\
    https://pingfederate.acme.com:9999/pf-admin-api/v1/idp/spConnections > connections.json
  provisioner import-pingfederate connections.json --out provisioner.yaml
Secrets are never taken over: the file names the environment variables that hold them.`

/** `import-pingfederate`. */
export function addImportPingFederate({ program, runAlone, print }: CommandLine): void {
  program
    .command('import-pingfederate <file>')
    .description('turn an exported channel of PingFederate into a configuration, and tell what became of each option')
    .option('--connection <name>', 'the SP connection, where several of the file provision')
    .option('--out <file>', 'write the configuration to a file; otherwise it is printed, and the rest to stderr')
    .option('--force', 'replace a file that is there', false)
    .option('--json', 'one JSON line: the configuration, and what became of each option', false)
    .addHelpText('after', HELP)
    .action((file: string, options: ImportOptions) =>
      runAlone(() => showImport(file, options, { print, tell: (text) => void process.stderr.write(`${text}\n`) })),
    )
}
