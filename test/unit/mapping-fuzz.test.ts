import fc from 'fast-check'
import { expect, it } from 'vitest'

import type { Entry } from '@provisioner/producer/directory/entry.ts'
import { mappingOf, mapWith } from '@provisioner/producer/mapping/mapping.fixture.ts'
import type { Mapped } from '@provisioner/producer/mapping/mapped.ts'
import type { Mapping } from '@provisioner/producer/mapping/mapping.ts'
import { fingerprintOf } from '@provisioner/producer/plan/choose-values.ts'
import { canonicalJson } from '@provisioner/shared/desired.ts'

import { entry, SOURCES } from '../fixtures/random-entry.ts'

const GROUPS = ['cn=a,dc=org', 'cn=b,dc=org', 'cn="c",dc=org']
const EXPRESSIONS = [
  'mail',
  "'Desk ' & ou",
  '$uppercase(mail)',
  '$number(description)',
  '$lookup($, "cn")',
  '*',
  '**',
  '[cn, ou][1]',
  '{ "a": cn }',
  '$keys()',
  '1/0',
]

/** Constants that an attribute takes; what is not listed takes any text. */
const CONSTANTS: Readonly<Record<string, readonly string[]>> = {
  email: ['a@example.org'],
  role: ['agent', 'admin', 'end-user'],
  verified: ['true', 'no'],
  ticket_restriction: ['groups'],
}

function writtenFor(attribute: string): fc.Arbitrary<object> {
  const constant = fc.oneof(
    { arbitrary: fc.constantFrom(...(CONSTANTS[attribute] ?? ['Team lead', ' spaced '])), weight: 60 },
    { arbitrary: fc.constantFrom('nonsense', 'x'.repeat(300)), weight: 1 },
  )
  const source = fc.oneof(
    fc.record({ from: fc.array(fc.constantFrom(...SOURCES), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      expression: fc.oneof(
        { arbitrary: fc.constantFrom(...EXPRESSIONS), weight: 60 },
        { arbitrary: fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== ''), weight: 1 },
      ),
    }),
  )
  const rest = fc.record(
    {
      trim: fc.boolean(),
      case: fc.constantFrom('upper', 'lower'),
      parse: fc.constantFrom('user-from-email', 'cn-from-dn'),
      default: constant,
      createOnly: fc.boolean(),
      whenEmpty: fc.constantFrom('clear', 'keep'),
      masked: fc.boolean(),
      ...(attribute.endsWith('role') && { byGroup: fc.dictionary(fc.constantFrom(...GROUPS), constant) }),
    },
    { requiredKeys: [] },
  )
  return fc.tuple(source, rest).map(([one, others]) => ({ ...others, ...one }))
}

const OPTIONAL = [
  'alias',
  'role',
  'custom_role',
  'organization',
  'phone',
  'tags',
  'notes',
  'verified',
  'ticket_restriction',
  'external_id',
  'locale',
]
const map = fc.record(
  {
    email: fc.oneof({ arbitrary: fc.constant('mail'), weight: 4 }, { arbitrary: writtenFor('email'), weight: 1 }),
    name: fc.oneof(
      { arbitrary: fc.constant({ from: ['displayName', 'cn', 'dn'] }), weight: 4 },
      { arbitrary: writtenFor('name'), weight: 1 },
    ),
    ...Object.fromEntries(OPTIONAL.map((name) => [name, writtenFor(name)])),
    user_fields: fc.dictionary(fc.constantFrom('a', 'b', 'constructor'), writtenFor('user_fields')),
  },
  { requiredKeys: ['email', 'name'] },
)
const status = fc.constantFrom(
  undefined,
  { attribute: 'status', bit: 2 },
  { attribute: 'Status', disabledWhen: ['TRUE'], whenAbsent: 'disabled' },
)

it(
  'throws nothing past an entry, tells no masked value, and maps the same entry to the same, whatever stands first',
  { timeout: 120_000 },
  async () => {
    const ran = { mapped: 0, rejected: 0 }
    await fc.assert(
      fc.asyncProperty(
        map,
        status,
        fc.array(entry, { minLength: 1, maxLength: 3 }),
        fc.subarray(GROUPS),
        async (written, status, entries, groups) => {
          const compiled = compile(written, status)
          if (compiled === undefined) return
          for (const one of entries) {
            const context = { groupsOf: () => new Set(groups), now: 0 }
            const mapped = await mapWith(compiled, one, context)
            ran[mapped.kind] += 1

            expect(mapped.problems.map(({ code }) => code)).not.toContain('MAPPING_FAILED')
            expect(orderless(await mapWith(compiled, turned(one), context))).toBe(orderless(mapped))
            const explained = await compiled.explain(one, context)
            expect(explained.problems).toEqual(mapped.problems)
            if (mapped.kind === 'rejected') continue
            expect(canonicalJson(mapped).isWellFormed()).toBe(true)
            for (const attribute of explained.attributes)
              if (mapped.masked.includes(attribute.attribute))
                expect(attribute.steps.flatMap(({ values }) => values)).toEqual(maskedOnly(attribute.steps))
          }
        },
      ),
      { numRuns: 1000 },
    )
    expect(ran.mapped).toBeGreaterThan(200)
    expect(ran.rejected).toBeGreaterThan(200)
  },
)

/** What is remembered of an entry: of several values it is no matter which stands first. */
function orderless(mapped: Mapped): string {
  return mapped.kind === 'mapped' ? fingerprintOf(mapped) : canonicalJson(mapped)
}

/** A random mapping may be refused, but only in the two ways that the start knows: by its shape, or by what it says. */
function compile(written: object, status: object | undefined): Mapping | undefined {
  try {
    return mappingOf(written, { status })
  } catch (error) {
    expect(['MappingConfigError', 'ZodError']).toContain((error as Error).name)
    return undefined
  }
}

/** The same entry as another server of the directory may return it. */
function turned(one: Entry): Entry {
  return {
    ...one,
    attributes: new Map([...one.attributes].reverse().map(([name, values]) => [name, [...values].reverse()])),
  }
}

function maskedOnly(steps: readonly { readonly values: readonly string[] }[]): string[] {
  return steps.flatMap(({ values }) => values.map(() => '***'))
}
