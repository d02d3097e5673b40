import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'

import { MappingConfigError } from '@provisioner/producer/mapping/mapping-config-error.ts'
import { evaluateHere } from '@provisioner/producer/mapping/evaluate-expressions.ts'
import { mapWith } from '@provisioner/producer/mapping/mapping.fixture.ts'
import { compileMapping, type Mapping } from '@provisioner/producer/mapping/mapping.ts'
import { env } from '@provisioner/shared/config/config.fixture.ts'
import { ConfigError } from '@provisioner/shared/config/config-error.ts'
import type { Config, ConnectionConfig } from '@provisioner/shared/config/config.ts'
import { parseConfig } from '@provisioner/shared/config/load-config.ts'

import { changedConfig, changedText } from '../fixtures/random-config.ts'
import { entry } from '../fixtures/random-entry.ts'

const SECRETS = [env.LDAP_PASSWORD, env.ZENDESK_CLIENT_SECRET]

describe('a random configuration', () => {
  it(
    'is taken, or refused with a line for each mistake; one that is taken maps any entry',
    { timeout: 120_000 },
    async () => {
      const ran = { taken: 0, refused: 0, mapped: 0, rejected: 0 }
      await fc.assert(
        fc.asyncProperty(changedConfig, fc.array(entry, { minLength: 1, maxLength: 2 }), async (content, entries) => {
          const config = parsed(stringify(content))
          ran[config ? 'taken' : 'refused'] += 1
          for (const connection of config?.connections ?? []) {
            const mapping = compiled(connection)
            for (const one of mapping ? entries : []) {
              const mapped = await mapWith(mapping!, one, { groupsOf: () => new Set(), now: 0 })
              ran[mapped.kind] += 1
              expect(mapped.problems.map(({ code }) => code)).not.toContain('MAPPING_FAILED')
            }
          }
        }),
        { numRuns: 400 },
      )
      for (const count of Object.values(ran)) expect(count).toBeGreaterThan(20)
    },
  )

  it('whose text is broken anywhere is taken, or refused with a line for each mistake', { timeout: 120_000 }, () => {
    const ran = { taken: 0, refused: 0 }
    fc.assert(
      fc.property(changedText, (text) => {
        ran[parsed(text) ? 'taken' : 'refused'] += 1
      }),
      { numRuns: 400 },
    )
    for (const count of Object.values(ran)) expect(count).toBeGreaterThan(5)
  })
})

/** The configuration, unless it is refused in the one way that the start knows. */
function parsed(text: string): Config | undefined {
  try {
    return parseConfig(text, { path: 'provisioner.yaml', env })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const lines = text.split('\n').length
    expect(error.mistakes.length).toBeGreaterThan(0)
    for (const { line = 0, column = 0, found, allowed } of error.mistakes) {
      expect(line).toBeGreaterThanOrEqual(1)
      expect(line).toBeLessThanOrEqual(lines)
      expect(column).toBeGreaterThanOrEqual(1)
      expect([found, allowed]).not.toContain('')
    }
    for (const secret of SECRETS) expect(error.message).not.toContain(secret)
    return undefined
  }
}

function compiled({ users, directory }: ConnectionConfig): Mapping | undefined {
  try {
    return compileMapping(users, directory, evaluateHere)
  } catch (error) {
    expect(error).toBeInstanceOf(MappingConfigError)
    return undefined
  }
}
