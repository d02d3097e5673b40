import { z } from 'zod'
import { seededRandom, type Random } from '../random.ts'
import { FAULT_KINDS, needsBatch, type FaultKind } from './fault-kinds.ts'

const Kind = z.enum(Object.keys(FAULT_KINDS) as [FaultKind, ...FaultKind[]])
const Pattern = z.string().refine((text) => isPattern(text), 'must be a regular expression')

/** Requests that are to fail: `path` and `body` are regular expressions, the body's is tried on its JSON. */
export const ScriptedFault = z.strictObject({
  match: z
    .strictObject({ method: z.string().optional(), path: Pattern.optional(), body: Pattern.optional() })
    .default({}),
  kind: Kind,
  /** Default once. */
  times: z.union([z.int().positive(), z.literal('always')]).default(1),
})
export type ScriptedFault = z.infer<typeof ScriptedFault>

/** Faults by chance, the same for the same seed and the same requests. */
export const FaultRate = z.strictObject({
  rate: z.number().min(0).max(1),
  kinds: z.array(Kind).min(1),
  seed: z.int().default(1),
})
export type FaultRate = z.infer<typeof FaultRate>

interface FaultyRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

const BULK_WRITE = /\/(?:create_many|create_or_update_many|update_many|destroy_many)$/

/** Which requests fail, and how: the scripted first, then those by chance. */
export class Faults {
  #scripted: { readonly fault: ScriptedFault; left: number }[] = []
  #rate: FaultRate | undefined
  #random: Random = () => 1

  constructor(rate?: z.input<typeof FaultRate>) {
    this.setRate(rate)
  }

  /** @throws ZodError for a kind that does not exist */
  add(fault: z.input<typeof ScriptedFault>): void {
    const parsed = ScriptedFault.parse(fault)
    this.#scripted.push({ fault: parsed, left: parsed.times === 'always' ? Infinity : parsed.times })
  }

  setRate(rate: z.input<typeof FaultRate> | undefined): void {
    this.#rate = rate && FaultRate.parse(rate)
    this.#random = seededRandom(this.#rate?.seed ?? 1)
  }

  clear(): void {
    this.#scripted = []
    this.setRate(undefined)
  }

  /** Those that are still to come. */
  list(): ScriptedFault[] {
    return this.#scripted.map(({ fault, left }) => ({ ...fault, times: left === Infinity ? 'always' : left }))
  }

  /** The fault of this request; it counts as met. */
  take(request: FaultyRequest): FaultKind | undefined {
    const batch = request.method !== 'GET' && BULK_WRITE.test(request.path)
    const scripted = this.#scripted.find(({ fault }) => matches(fault, request) && (batch || !needsBatch(fault.kind)))
    if (scripted) {
      scripted.left--
      if (scripted.left <= 0) this.#scripted = this.#scripted.filter((one) => one !== scripted)
      return scripted.fault.kind
    }
    if (!this.#rate || this.#random() >= this.#rate.rate) return undefined
    const kinds = this.#rate.kinds.filter((kind) => batch || !needsBatch(kind))
    return kinds[Math.floor(this.#random() * kinds.length)]
  }
}

function matches({ match }: ScriptedFault, { method, path, body }: FaultyRequest): boolean {
  return (
    (match.method === undefined || match.method.toUpperCase() === method) &&
    (match.path === undefined || new RegExp(match.path).test(path)) &&
    (match.body === undefined || new RegExp(match.body).test(JSON.stringify(body ?? '')))
  )
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}
