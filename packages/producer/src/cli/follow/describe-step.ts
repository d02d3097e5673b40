import type { TraceStep } from '@provisioner/shared/ledger/traces.ts'

/** Of a body or an answer so much is shown to people, characters. */
const SHOWN = 600

/** A step of a write that is followed, in lines for people. */
export function describeStep(step: TraceStep): string {
  switch (step.step) {
    case 'opened':
      return [`  ${step.operation ?? 'write'}  ${step.what}`, ...step.changes.map(describeChange)].join('\n')
    case 'request':
      return [
        `    -> ${step.method} ${step.path}`,
        ...(step.body === null ? [] : [`       ${shortened(step.body)}`]),
        `    <- ${step.status ?? 'no answer'} after ${step.ms} ms`,
        ...(step.answer === '' ? [] : [`       ${shortened(step.answer)}`]),
      ].join('\n')
    case 'ended':
      return `    ${step.outcome}${step.why === null ? '' : `: ${step.why}`}`
    default:
      throw new TypeError(`No words for ${JSON.stringify(step satisfies never)}`)
  }
}

function describeChange({ name, was, becomes }: { name: string; was?: unknown; becomes?: unknown }): string {
  return `    ${name}: ${JSON.stringify(was ?? null)} -> ${JSON.stringify(becomes ?? null)}`
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > SHOWN ? `${line.slice(0, SHOWN)} … (${line.length} characters; --json has more)` : line
}
