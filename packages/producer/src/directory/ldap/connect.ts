import { readFile } from 'node:fs/promises'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { Client } from 'ldapts'
import { explainBindRefusal } from './bind-refusal.ts'
import { DirectoryBindError } from './errors.ts'
import type { ConnectionSettings } from './settings.ts'
import { Session } from './session.ts'
import { within } from './within.ts'

/** Idle connections are probed, so that a firewall's silent end is noticed, in milliseconds. */
const KEEP_ALIVE = 30_000

/**
 * Connects to one server, encrypts the connection as configured, and binds.
 *
 * @throws DirectoryBindError when the server refuses the bind; any other error means that another server may do.
 */
export async function connect(url: string, settings: ConnectionSettings, signal: AbortSignal): Promise<Session> {
  assertPassword(url, settings)
  const tls = await tlsOptions(url, settings)
  const secure = isSecure(url)
  const wire: { socket?: Socket } = {}
  const keep = <S extends Socket>(socket: S): S => {
    wire.socket = socket.setKeepAlive(true, KEEP_ALIVE)
    return socket
  }
  const client = new Client({
    url, // no time limits: ours cover the handshake of StartTLS too
    // with tlsOptions, ldapts speaks TLS from the first byte, on ldap:// too
    ...(secure
      ? {
          createSecureConnection: ((port: number, host: string) =>
            keep(connectTls({ ...tls, port, host }))) as typeof connectTls,
        }
      : { createConnection: ((port: number, host: string) => keep(connectTcp({ port, host }))) as typeof connectTcp }),
  })

  const giveUp = () => wire.socket?.destroy()
  const open = async () => {
    if (settings.startTls && !secure) await client.startTLS(tls)
    await bind(client, url, settings)
  }
  try {
    await within(open(), { what: 'Connecting', ms: settings.connectTimeout, signal, giveUp })
    if (wire.socket === undefined) throw new Error('ldapts made no connection')
    return new Session(url, client, wire.socket, settings.operationTimeout)
  } catch (error) {
    giveUp()
    throw error
  }
}

async function bind(client: Client, url: string, { bindDn, bindPassword, tls }: ConnectionSettings): Promise<void> {
  const { certFile } = tls
  const isByCertificate = bindDn === undefined && certFile !== undefined
  try {
    if (isByCertificate) await client.bind('EXTERNAL')
    else await client.bind(bindDn ?? '', bindPassword ?? '')
  } catch (error) {
    const refusal = explainBindRefusal(error, isByCertificate ? 'certificate' : 'password')
    const who = isByCertificate ? `the owner of ${certFile}` : bindDn
    throw refusal === undefined ? error : new DirectoryBindError(url, who, refusal, { cause: error })
  }
}

/** A bind with a name and no password succeeds on many servers, and reads as anonymous (RFC 4513, 5.1.2). */
function assertPassword(url: string, { bindDn, bindPassword }: ConnectionSettings): void {
  if (bindDn !== undefined && bindDn !== '' && !bindPassword) {
    throw new DirectoryBindError(url, bindDn, 'bindPassword is empty, and the bind would be an anonymous one. Set it')
  }
}

async function tlsOptions(url: string, { tls }: ConnectionSettings): Promise<ConnectionOptions> {
  const { caFile, certFile, keyFile } = tls
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: tls.verify,
    ...(caFile !== undefined && { ca: await readFile(caFile, 'utf8') }),
    ...(certFile !== undefined && { cert: await readFile(certFile, 'utf8') }),
    ...(keyFile !== undefined && { key: await readFile(keyFile, 'utf8') }),
  }
}

/** Whether a server's URL means TLS from the first byte. */
export function isSecure(url: string): boolean {
  return /^ldaps:/i.test(url)
}
