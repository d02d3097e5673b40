import { ConfigError } from '@provisioner/shared/config/config-error.ts'
import { parseConfig } from '@provisioner/shared/config/load-config.ts'
import { judgeConfig } from '../../judge-config.ts'
import { readTextFile, writeTextFile } from '../text-file.ts'
import { readExport } from './export-file.ts'
import { importExport } from './import-export.ts'
import { describeReport, type Option } from './report.ts'
import { writeConfig } from './write-config.ts'

export interface ImportOptions {
  readonly connection?: string
  readonly out?: string
  readonly force: boolean
  readonly json: boolean
}

/** What is printed where. */
interface Terminal {
  readonly print: (text: string) => void
  /** For what is no part of the file, when that is printed. */
  readonly tell: (text: string) => void
}

/** Stands for what the environment will say. */
const ENVIRONMENT = {
  REDIS_URL: 'redis://redis:6379',
  ZENDESK_URL: 'https://acme.zendesk.com',
  ZENDESK_CLIENT_ID: 'id',
  ZENDESK_CLIENT_SECRET: 'secret',
  LDAP_URL: 'ldaps://directory.example',
  LDAP_BIND_DN: 'cn=reader,dc=example',
  LDAP_PASSWORD: 'password',
}

/**
 * `provisioner import-pingfederate`: an exported channel as a configuration, and what became of each of its options. It
 * needs no configuration, no Redis and no directory.
 *
 * @throws PingFederateExportError, TextFileError
 */
export async function showImport(
  path: string,
  { connection, out, force, json }: ImportOptions,
  { print, tell }: Terminal,
): Promise<void> {
  const imported = importExport(readExport(await readTextFile(path), path, connection))
  const config = writeConfig(imported)
  const options = [...mistakesOf(config), ...imported.options]
  if (out !== undefined) await writeTextFile(out, config, { replace: force })
  if (json) print(JSON.stringify({ config, options, file: out ?? null }))
  else if (out === undefined) {
    print(config.trimEnd())
    tell(describeReport(options).join('\n').trimEnd())
  } else print([...describeReport(options), `The configuration is in ${out}. ${NEXT}`].join('\n'))
}

const NEXT = "Next: docs/migration-from-pingfederate.md, and 'provisioner plan', which writes nothing."

/** What would keep the configuration from being read: what only people can write. */
function mistakesOf(config: string): Option[] {
  try {
    parseConfig(config, { path: 'provisioner.yaml', env: ENVIRONMENT, judge: judgeConfig })
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.mistakes.map(({ key, found, allowed }) => ({
      option: 'the configuration',
      became: 'to do',
      key,
      what: `found ${found}; allowed: ${allowed}`,
    }))
  }
}
