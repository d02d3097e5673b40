import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** What is wrong with a PEM file of certificates, as the end of a sentence; undefined when nothing is. */
export function faultOfCertificates(path: string): string | undefined {
  try {
    const blocks = readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
    if (blocks.length === 0) return 'holds no certificate'
    for (const block of blocks) void new X509Certificate(block)
    return undefined
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return 'does not exist'
    return code.startsWith('ERR_') ? "holds a certificate that can't be read" : `can't be read (${code})`
  }
}
