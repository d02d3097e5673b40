import { execFile } from 'node:child_process'
import { ensurePrograms } from './ensure-programs.ts'
import { type LdifAttributes, type LdifModification, ldifAdd, ldifDelete, ldifModify, ldifRename } from './ldif.ts'

/** Where changes go: a server of {@link startSlapd}, or any other with an administrator's name and password. */
export interface ChangeableDirectory {
  readonly url: string
  readonly adminDn: string
  readonly adminPassword: string
}

/** Thrown when the server refuses a change. The message is ldapmodify's own. */
export class LdapChangeRefusedError extends Error {
  override name = 'LdapChangeRefusedError' as const
  readonly code = 'LDAP_CHANGE_REFUSED' as const
}

/**
 * Applies LDIF to a running server, with ldapmodify, one record after the other. A record without a `changetype` is
 * an addition. The records before a refused one stay applied. @throws LdapChangeRefusedError
 */
export async function applyLdif(directory: ChangeableDirectory, ldif: string): Promise<void> {
  const { ldapmodify } = await ensurePrograms(['ldapmodify'])
  const { url, adminDn, adminPassword } = directory
  const args = ['-x', '-a', '-H', url, '-D', adminDn, '-w', adminPassword]
  await new Promise<void>((resolve, reject) => {
    const child = execFile(ldapmodify, args, { maxBuffer: 64 * 1024 * 1024 }, (error, _stdout, stderr) => {
      if (error)
        reject(
          new LdapChangeRefusedError(`ldapmodify: ${stderr.trim() || error.message}`, {
            cause: error,
          }),
        )
      else resolve()
    })
    child.stdin?.on('error', () => undefined) // it ended before it read everything; its own message tells why
    child.stdin?.end(ldif)
  })
}

export async function addEntry(directory: ChangeableDirectory, dn: string, attributes: LdifAttributes): Promise<void> {
  await applyLdif(directory, ldifAdd(dn, attributes))
}

export async function modifyEntry(
  directory: ChangeableDirectory,
  dn: string,
  modification: LdifModification,
): Promise<void> {
  await applyLdif(directory, ldifModify(dn, modification))
}

export async function deleteEntry(directory: ChangeableDirectory, dn: string): Promise<void> {
  await applyLdif(directory, ldifDelete(dn))
}

/** Gives an entry another name, and another parent when `newSuperior` is given; its immutable id stays. */
export async function renameEntry(
  directory: ChangeableDirectory,
  dn: string,
  newRdn: string,
  newSuperior?: string,
): Promise<void> {
  await applyLdif(directory, ldifRename(dn, newRdn, newSuperior))
}
