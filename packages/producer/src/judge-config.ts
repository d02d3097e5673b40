import { faultOfCertificates } from '@provisioner/shared/config/certificates.ts'
import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { PlacedMistake } from '@provisioner/shared/config/explain-issue.ts'
import { MappingConfigError } from './mapping/mapping-config-error.ts'
import { compileMapping } from './mapping/mapping.ts'

/**
 * What can never work for who reads the directory and maps, although its shape is right: a mapping's constants that
 * Zendesk would refuse, expressions that yield another value each time, and a `caFile` that is not there or holds no
 * certificate.
 */
export function judgeConfig({ connections }: Config): PlacedMistake[] {
  return connections.flatMap((connection, i) =>
    [...mappingMistakes(connection), ...caFileMistakes(connection)].map((mistake) => ({
      ...mistake,
      path: ['connections', i, ...mistake.path],
    })),
  )
}

function mappingMistakes({ users, directory }: ConnectionConfig): PlacedMistake[] {
  try {
    compileMapping(users, directory, async () => []) // nothing is run
    return []
  } catch (error) {
    if (!(error instanceof MappingConfigError)) throw error
    return error.mistakes.map(({ attribute, key = [], position, what }) => ({
      path: ['users', 'map', ...attribute.split('.'), ...key],
      found: `what can never work: ${what}${position === undefined ? '' : ` (character ${position})`}`,
      allowed: key[0] === 'expression' ? 'an expression that can' : 'a value that Zendesk takes',
    }))
  }
}

function caFileMistakes({ directory: { tls } }: ConnectionConfig): PlacedMistake[] {
  if (tls.caFile === undefined) return []
  const why = faultOfCertificates(tls.caFile)
  if (why === undefined) return []
  const allowed = 'the path of a PEM file that this process may read, with the certificate of the authority'
  return [{ path: ['directory', 'tls', 'caFile'], found: `'${tls.caFile}', which ${why}`, allowed }]
}
