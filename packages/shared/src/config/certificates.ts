import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** What is wrong with a PEM file of certificates, as the end of a sentence; undefined when nothing is. */
export function faultOfCertificates(path: string): string | undefined {
  try {
    const blocks = readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
    if (blocks.length === 0) return 'holds no certificate'
    for (const block of blocks) void new X509Certificate(block)
    return undefined
  } catch (error) {
    return faultOf(error, "holds a certificate that can't be read")
  }
}

/** What is wrong with a PEM file of the key of a certificate, as the end of a sentence; undefined when nothing is. */
export function faultOfKey(path: string, certificatePath: string): string | undefined {
  try {
    const key = createPrivateKey(readFileSync(path))
    const certificate = new X509Certificate(readFileSync(certificatePath))
    return certificate.checkPrivateKey(key) ? undefined : `is not the key of '${certificatePath}'`
  } catch (error) {
    return faultOf(error, 'holds no key that can be read, or one with a passphrase')
  }
}

function faultOf(error: unknown, unreadable: string): string {
  const { code = '' } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'does not exist'
  return code.startsWith('ERR_') ? unreadable : `can't be read (${code})`
}
