import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate } from './certificate.ts'
import { SCHEMA_FOLDER } from './slapd-schema.ts'

/** Debian's folder of loadable modules, and OpenLDAP's own. */
const MODULE_FOLDERS = ['/usr/lib/ldap', '/usr/libexec/openldap', '/usr/local/libexec/openldap']

/** slapd.conf of a server for one suffix. */
export interface SlapdSettings {
  readonly folder: string
  readonly suffix: string
  readonly adminDn: string
  readonly adminPassword: string
  /** Whom the server's own certificate names, when a client shows it. */
  readonly readerDn: string
  /** Overlays by name: `memberof`, `dynlist`, `refint`, and `syncprov`, with which it shows a `contextCSN`. */
  readonly overlays: readonly string[]
  /** Lines of slapd.conf for the database: `limits ...`, `access to ...`, `index ...`. */
  readonly database: readonly string[]
  readonly certificate?: Certificate
}

/** Settings that an overlay needs to be of use. */
const OVERLAY_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  memberof: ['memberof-group-oc groupOfNames', 'memberof-member-ad member', 'memberof-refint true'],
  refint: ['refint_attributes member'],
  dynlist: ['dynlist-attrset groupOfURLs memberURL member'],
}

/** Everybody may bind and, unless the settings say otherwise, read; nothing limits the size of an answer. */
export function slapdConfig(settings: SlapdSettings): string {
  const { folder, certificate } = settings
  return [
    ...['core', 'cosine', 'inetorgperson', 'dyngroup'].map(
      (name) => `include ${join(SCHEMA_FOLDER, `${name}.schema`)}`,
    ),
    `include ${join(folder, 'extra.schema')}`,
    `pidfile ${join(folder, 'slapd.pid')}`,
    `argsfile ${join(folder, 'slapd.args')}`,
    'loglevel none',
    'sizelimit unlimited',
    'timelimit unlimited',
    ...modules(['back_mdb', ...settings.overlays]),
    ...(certificate ? tlsLines(certificate, settings.readerDn) : []),
    'database mdb',
    `suffix "${settings.suffix}"`,
    `rootdn "${settings.adminDn}"`,
    `rootpw ${settings.adminPassword}`,
    `directory ${join(folder, 'data')}`,
    'maxsize 1073741824',
    'dbnosync',
    'index objectClass,entryUUID,uid,mail,member,modifyTimestamp eq',
    'index cn eq,sub',
    ...settings.database,
    ...settings.overlays.flatMap((name) => [`overlay ${name}`, ...(OVERLAY_SETTINGS[name] ?? [])]),
    '',
  ].join('\n')
}

function modules(names: readonly string[]): string[] {
  const folder = MODULE_FOLDERS.find((candidate) => existsSync(candidate))
  if (folder === undefined) return [] // everything is compiled in
  return [`modulepath ${folder}`, ...names.map((name) => `moduleload ${name}`)]
}

function tlsLines({ certificateFile, keyFile }: Certificate, readerDn: string): string[] {
  return [
    `TLSCertificateFile ${certificateFile}`,
    `TLSCertificateKeyFile ${keyFile}`,
    `TLSCACertificateFile ${certificateFile}`,
    'TLSVerifyClient try',
    `authz-regexp "^cn=localhost$" "${readerDn}"`,
  ]
}
