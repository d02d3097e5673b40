import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Keeps a text from whoever can read the place it lies in: AES-256-GCM, with a key made of a secret (HKDF, SHA-256).
 */
export class Seal {
  readonly #key: Buffer
  readonly #bindTo: Buffer

  /** @param bindTo where the sealed text lies: copied elsewhere, it does not open */
  constructor({ secret, salt, bindTo }: { secret: string; salt: string; bindTo: string }) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, salt, 'zendesk-provisioner seal', 32))
    this.#bindTo = Buffer.from(bindTo)
  }

  close(text: string): string {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(this.#bindTo)
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
  }

  /** Undefined when it was sealed with another secret, or changed. */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64')
    if (bytes.length < IV_BYTES + TAG_BYTES) return undefined
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_BYTES))
        .setAAD(this.#bindTo)
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      return undefined
    }
  }
}
