import type { AttributeMapping } from '@provisioner/shared/config/attribute-mapping.ts'

import { normaliseDn } from '../directory/dn.ts'
import { kindOf, type AttributeKind } from './attribute-kind.ts'
import { clearingValue } from './clearing.ts'
import { compileExpression, type Expression } from './expression.ts'
import { quote } from './fault.ts'
import type { MappingMistake } from './mapping-config-error.ts'
import type { Shape } from './value-chain.ts'
import { toZendesk, type Scalar } from './zendesk-value.ts'

/** One attribute's mapping, ready to run. */
export interface CompiledAttribute {
  /** Zendesk's name, `user_fields.NAME` for a user field. */
  readonly name: string
  readonly kind: AttributeKind
  /** Directory attributes in lower case, in order of preference. */
  readonly from: readonly string[]
  readonly expression: Expression | undefined
  /** In the config's order: the first group that the entry is in decides, or all of them together. */
  readonly byGroup: readonly { readonly group: string; readonly values: readonly Scalar[] }[]
  readonly shape: Shape
  readonly defaults: readonly Scalar[]
  readonly clears: boolean
  readonly masked: boolean
}

/** Compiles one attribute, and finds what can never work: bad expressions and constants that Zendesk refuses. */
export function compileAttribute(
  name: string,
  mapping: AttributeMapping,
): { attribute: CompiledAttribute; mistakes: MappingMistake[] } {
  const kind = kindOf(name)
  const compiled = mapping.expression === undefined ? undefined : compileExpression(name, mapping.expression)
  const defaults = [mapping.default ?? []].flat()
  const byGroup = Object.entries(mapping.byGroup ?? {}).map(([dn, value]) => ({
    group: normaliseDn(dn),
    values: [value].flat(),
  }))

  const mistakes = [
    ...(compiled !== undefined && 'mistakes' in compiled
      ? compiled.mistakes.map((mistake) => ({ ...mistake, key: ['expression'] }))
      : []),
    ...Object.entries(mapping.byGroup ?? {}).flatMap(([dn, value]) =>
      mistakesOfConstant(name, kind, [value].flat(), ['byGroup', dn]),
    ),
    ...mistakesOfConstant(name, kind, defaults, ['default']),
  ]
  const attribute = {
    name,
    kind,
    from: mapping.from.map((attribute) => attribute.toLowerCase()),
    expression: compiled !== undefined && 'source' in compiled ? compiled : undefined,
    byGroup,
    shape: mapping,
    defaults,
    clears: mapping.whenEmpty === 'clear' && clearingValue(name) !== undefined,
    masked: mapping.masked,
  }
  return { attribute, mistakes }
}

function mistakesOfConstant(
  attribute: string,
  kind: AttributeKind,
  values: readonly Scalar[],
  key: readonly string[],
): MappingMistake[] {
  const [first, ...others] = values
  if (first === undefined) return []
  const result = toZendesk(kind, [first, ...others])
  return 'fault' in result ? [{ attribute, key, what: result.fault.what(quote(result.fault.value ?? '')) }] : []
}
