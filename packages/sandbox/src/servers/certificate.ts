import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensurePrograms } from './ensure-programs.ts'

const run = promisify(execFile)

/** A self-made certificate: clients that trust `certificateFile` trust the server. */
export interface Certificate {
  readonly certificateFile: string
  readonly keyFile: string
  /** The certificate's text in PEM. */
  readonly pem: string
}

/**
 * Makes a certificate for localhost and 127.0.0.1, signed by itself, valid for thirty days, in a folder. The machine's
 * name is in it as well, since libldap asks for that when it is told localhost.
 */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const { openssl } = await ensurePrograms(['openssl'])
  const certificateFile = join(folder, 'certificate.pem')
  const keyFile = join(folder, 'key.pem')
  await run(openssl, [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'],
    ...['-subj', '/CN=localhost', '-addext', `subjectAltName=DNS:localhost,DNS:${hostname()},IP:127.0.0.1`],
    ...['-keyout', keyFile, '-out', certificateFile],
  ])
  return { certificateFile, keyFile, pem: await readFile(certificateFile, 'utf8') }
}
