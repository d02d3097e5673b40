import type { AttributeMapping } from '@provisioner/shared/config/attribute-mapping.ts'

import { cnFromDn } from './cn-from-dn.ts'
import { userFromEmail } from './email.ts'
import type { Recorder } from './trace.ts'
import type { Scalar } from './zendesk-value.ts'

/** How a value is changed on its way. */
export type Shape = Pick<AttributeMapping, 'parse' | 'trim' | 'case'>

/**
 * Parses, trims and changes the case of values, in this order; what becomes blank is no value.
 *
 *   step                   | 'cn=Ada L ,dc=org'  | ' Ada@x.org' | 12
 *   -----------------------|---------------------|--------------|----
 *   parse: cn-from-dn      | 'Ada L'             | –            | 12
 *   parse: user-from-email | as it is            | ' Ada'       | 12
 *   trim                   | as it is            | 'Ada@x.org'  | 12
 *   case: upper            | 'CN=ADA L ,DC=ORG'  | ' ADA@X.ORG' | 12
 */
export function shapeValues(values: readonly Scalar[], shape: Shape, recorder?: Recorder): readonly Scalar[] {
  let shaped = values
  if (shape.parse !== undefined) {
    shaped = mapTexts(shaped, shape.parse === 'cn-from-dn' ? cnFromDn : userFromEmail)
    recorder?.step(`parse ${shape.parse}`, shaped)
  }
  if (shape.trim) {
    const before = shaped
    shaped = mapTexts(shaped, (text) => text.trim())
    if (recorder !== undefined && shaped.some((value, index) => value !== before[index])) recorder.step('trim', shaped)
  }
  if (shape.case !== undefined) {
    shaped = mapTexts(shaped, shape.case === 'lower' ? (text) => text.toLowerCase() : (text) => text.toUpperCase())
    recorder?.step(`${shape.case} case`, shaped)
  }
  return shaped.every(isPresent) ? shaped : shaped.filter(isPresent)
}

function mapTexts(values: readonly Scalar[], change: (text: string) => string | undefined): readonly Scalar[] {
  const changed = values.map((value) => (typeof value === 'string' ? change(value) : value))
  return changed.includes(undefined) ? changed.filter((value) => value !== undefined) : (changed as Scalar[])
}

function isPresent(value: Scalar): boolean {
  return typeof value !== 'string' || value.trim() !== ''
}
