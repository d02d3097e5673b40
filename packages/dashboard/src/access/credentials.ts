import { createHash, timingSafeEqual } from 'node:crypto'
import type { Role } from './person.ts'

/** A name and a password that open the dashboard. */
export interface Credential {
  readonly role: Role
  readonly name: string
  readonly password: string
}

/**
 * The credential that name and password match, if any. Takes equally long whatever is wrong, and compares with all
 * of them, so that neither a name nor the length of a password can be guessed from the time.
 */
export function matchCredential(
  credentials: readonly Credential[],
  name: string,
  password: string,
): Credential | undefined {
  let match: Credential | undefined
  for (const credential of credentials) {
    const sameName = equalInConstantTime(credential.name, name)
    const samePassword = equalInConstantTime(credential.password, password)
    if (sameName && samePassword) match ??= credential
  }
  return match
}

/** The name and password of an `Authorization: Basic` header; undefined for any other header. */
export function parseBasic(header: string | undefined): { name: string; password: string } | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '') ?? []
  if (!encoded) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const at = text.indexOf(':')
  return at < 0 ? undefined : { name: text.slice(0, at), password: text.slice(at + 1) }
}

/** Compares texts of any length without telling by its time where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b))
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
