import type { Problem } from '@provisioner/shared/problem.ts'

import type { Value } from '../directory/entry.ts'
import type { Outcome } from './attribute-outcome.ts'
import type { Scalar } from './zendesk-value.ts'

/** What one step of an attribute's mapping left. Values are quoted, shortened, or `***`. */
export interface TraceStep {
  readonly step: string
  readonly values: readonly string[]
}

/** How one Zendesk attribute came about. */
export interface AttributeTrace {
  /** Zendesk's attribute, `user_fields.NAME` for a user field. */
  readonly attribute: string
  readonly steps: readonly TraceStep[]
  /** `set`, `clear` when it is to be emptied, `left alone` otherwise. */
  readonly outcome: 'set' | 'clear' | 'left alone'
  readonly result?: string
  /** Why it has no value, or not the one that was read. */
  readonly why?: string
}

/** Watches one attribute while it is mapped. Without one the mapping does the same and remembers nothing. */
export interface Recorder {
  step(step: string, values: readonly (Scalar | Value)[]): void
  end(outcome: Outcome, clears: boolean, problem: Problem | undefined): void
}

/** Watches the mapping of one entry. */
export class Trace {
  readonly #attributes = new Map<string, AttributeTrace>()

  get attributes(): AttributeTrace[] {
    return [...this.#attributes.values()]
  }

  of(attribute: string, masked: boolean): Recorder {
    const steps: TraceStep[] = []
    return {
      step: (step, values) => steps.push({ step, values: values.map((value) => (masked ? '***' : shown(value))) }),
      end: (outcome, clears, problem) => {
        this.#attributes.set(attribute, {
          attribute,
          steps,
          outcome: outcome.kind === 'set' ? 'set' : outcome.kind === 'empty' && clears ? 'clear' : 'left alone',
          ...(outcome.kind === 'set' && { result: masked ? '***' : shown(outcome.value) }),
          ...(problem !== undefined && { why: `${problem.code}: ${problem.what}` }),
        })
      },
    }
  }

  /** Corrects what was told of an attribute, when another attribute has the last word on it. */
  amend(attribute: string, outcome: AttributeTrace['outcome'], result: unknown, why: string): void {
    const { steps = [], result: before } = this.#attributes.get(attribute) ?? {}
    const now = result === undefined || before === '***' ? before : shown(result)
    this.#attributes.set(attribute, {
      attribute,
      steps,
      outcome,
      ...(outcome === 'set' && now !== undefined && { result: now }),
      why,
    })
  }
}

const SHOWN_CHARACTERS = 200

function shown(value: unknown): string {
  if (Buffer.isBuffer(value)) return `<${value.length} bytes>`
  const text = JSON.stringify(value)
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}
