import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where Debian, and OpenLDAP's own installation, keep the standard schemas. */
export const SCHEMA_FOLDER = '/etc/ldap/schema'

/**
 * `nis`: a posixGroup has `memberUid` and nothing else (RFC 2307).
 * `rfc2307bis`: posixGroup is auxiliary, so that a groupOfNames can be one as well.
 */
export type PosixSchema = 'nis' | 'rfc2307bis'

/**
 * The attributes that real directories add to their people: a status by name, and a cost center. The numbers are below
 * OpenLDAP's arc for experiments, 1.3.6.1.4.1.4203.666.
 */
export const WORKER_SCHEMA = `
attributetype ( 1.3.6.1.4.1.4203.666.11.9001.1 NAME 'employeeStatus'
  DESC 'whether a person works here: active, left, suspended'
  EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.4203.666.11.9001.2 NAME 'costCenter'
  EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.4203.666.11.9001.3 NAME 'objectGUID'
  DESC 'sixteen bytes, as Active Directory has them'
  EQUALITY octetStringMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.4203.666.11.9001.11 NAME 'worker'
  DESC 'a person who works here' SUP top AUXILIARY
  MAY ( employeeStatus $ costCenter $ objectGUID ) )
`

/** The text of the nis schema, with posixGroup as RFC 2307bis has it if wanted. */
export async function posixSchema(variant: PosixSchema): Promise<string> {
  const nis = await readFile(join(SCHEMA_FOLDER, 'nis.schema'), 'utf8')
  if (variant === 'nis') return nis
  return nis
    .replace(/(NAME 'posixGroup'[^)]*?)STRUCTURAL/, '$1AUXILIARY')
    .replace('MUST ( cn $ gidNumber )', 'MUST gidNumber')
}
