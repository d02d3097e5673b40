import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { judgeConfig } from '@provisioner/producer/judge-config.ts'
import { makeCertificate } from '@provisioner/sandbox/servers/certificate.ts'
import { parseConfig } from '@provisioner/shared/config/load-config.ts'
import { changed, env } from '@provisioner/shared/config/config.fixture.ts'
import { ConfigError } from '@provisioner/shared/config/config-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'provisioner-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

function mistakesOf(tls: string) {
  try {
    parseConfig(changed(['caFile: /etc/ssl/acme.pem', tls]), { path: 'provisioner.yaml', env, judge: judgeConfig })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map(({ key, found }) => [key, found])
    throw error
  }
}

it('a certificate that is shown to the directory has its key in keyFile, and no other', async () => {
  const own = await makeCertificate(mkdtempSync(join(folder, 'own-')))
  const other = await makeCertificate(mkdtempSync(join(folder, 'other-')))
  const words = join(folder, 'words.pem')
  writeFileSync(words, 'no key')
  const key = 'connections[0].directory.tls.keyFile'
  const shown = (keyFile: string, certFile = own.certificateFile) =>
    mistakesOf(`certFile: ${certFile}, keyFile: ${keyFile}`)

  expect(shown(own.keyFile)).toEqual([])
  expect(shown(other.keyFile)).toEqual([[key, `'${other.keyFile}', which is not the key of '${own.certificateFile}'`]])
  expect(shown(words)).toEqual([[key, `'${words}', which holds no key that can be read, or one with a passphrase`]])
  expect(shown('/nowhere')).toEqual([[key, "'/nowhere', which does not exist"]])
  expect(shown(own.keyFile, words)).toEqual([
    ['connections[0].directory.tls.certFile', `'${words}', which holds no certificate`],
  ])
})
