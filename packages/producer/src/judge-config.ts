import { faultOfCertificates, faultOfKey } from '@provisioner/shared/config/certificates.ts'
import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { PlacedMistake } from '@provisioner/shared/config/explain-issue.ts'
import { MappingConfigError } from './mapping/mapping-config-error.ts'
import { compileMapping } from './mapping/mapping.ts'

/**
 * What can never work for who reads the directory and maps, although its shape is right: a mapping's constants that
 * Zendesk would refuse, expressions that yield another value each time, and files of certificates and keys
 * that are not there or hold none.
 */
export function judgeConfig({ connections }: Config): PlacedMistake[] {
  return connections.flatMap((connection, i) =>
    [...mappingMistakes(connection), ...certificateMistakes(connection)].map((mistake) => ({
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

const WHOSE = { caFile: 'of the authority', certFile: 'that this client shows' } as const

function certificateMistakes({ directory: { tls } }: ConnectionConfig): PlacedMistake[] {
  const ofCertificates = (['caFile', 'certFile'] as const).flatMap((key) => {
    const path = tls[key]
    const why = path === undefined ? undefined : faultOfCertificates(path)
    if (why === undefined) return []
    const allowed = `the path of a PEM file that this process may read, with the certificate ${WHOSE[key]}`
    return [{ path: ['directory', 'tls', key], found: `'${path}', which ${why}`, allowed }]
  })
  if (ofCertificates.length > 0 || tls.certFile === undefined || tls.keyFile === undefined) return ofCertificates
  const why = faultOfKey(tls.keyFile, tls.certFile)
  if (why === undefined) return []
  const allowed = 'the path of a PEM file that this process may read, with the key of certFile and no passphrase'
  return [{ path: ['directory', 'tls', 'keyFile'], found: `'${tls.keyFile}', which ${why}`, allowed }]
}
