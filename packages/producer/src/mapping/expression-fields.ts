/** A node of JSONata's syntax tree, as far as its reads are concerned; the published type lacks half of them. */
interface Node {
  readonly type?: string
  readonly value?: unknown
  readonly position?: number
  readonly steps?: readonly Node[]
  readonly arguments?: readonly Node[]
  readonly procedure?: Node
  readonly [member: string]: unknown
}

/** What an expression reads of the entry: `fields` as it spells them, or all of the entry. */
export interface Reads {
  readonly fields: ReadonlySet<string>
  /** Texts in the expression: with `$lookup` they may be names of attributes. */
  readonly literals: ReadonlySet<string>
  readonly wholeEntry: boolean
  /** Functions that give another value each time, and so would write to Zendesk in every cycle. */
  readonly unsteady: readonly { name: string; position: number | undefined }[]
}

const UNSTEADY = new Set(['now', 'millis', 'random', 'shuffle', 'eval'])

/** Functions that take the context where their last argument is left out, with the arguments they then have. */
const IMPLICIT_CONTEXT: ReadonlyMap<string, number> = new Map([
  ['keys', 0],
  ['spread', 0],
  ['string', 0],
  ['lookup', 1],
  ['each', 1],
  ['sift', 1],
])

/**
 * Finds what an expression reads by walking its syntax tree.
 *
 *   expression                   | fields      | whole entry
 *   -----------------------------|-------------|------------
 *   'Desk ' & roomNumber         | roomNumber  | no
 *   mail.$uppercase($)           | mail        | no: `$` is the mail
 *   $$.mail                      | mail        | no
 *   $lookup($, 'mail')           | –           | yes
 *   *, **.x, $keys()             |             | yes
 *
 * Names that stand inside a value (`mail.cn`) are taken for fields too: to read one too many does no harm.
 */
export function readsOf(tree: unknown): Reads {
  const fields = new Set<string>()
  const literals = new Set<string>()
  const unsteady: { name: string; position: number | undefined }[] = []
  let wholeEntry = false

  function visit(node: Node, atRoot: boolean): void {
    if (node.type === 'name') fields.add(String(node.value))
    else if (node.type === 'string') literals.add(String(node.value))
    else if (isWhole(node, atRoot)) wholeEntry = true
    else if (node.type === 'variable' && UNSTEADY.has(String(node.value)))
      unsteady.push({ name: String(node.value), position: node.position })

    for (const [member, inner] of Object.entries(node)) {
      if (member === 'steps' || member === 'value') continue
      visitAll(inner, atRoot && node.type !== 'name' && member !== 'stages')
    }
    visitSteps(node.steps ?? [], atRoot)
  }

  function visitAll(inner: unknown, atRoot: boolean): void {
    if (Array.isArray(inner)) for (const item of inner) visitAll(item, atRoot)
    else if (typeof inner === 'object' && inner !== null && !(inner instanceof RegExp)) visit(inner as Node, atRoot)
  }

  function visitSteps(steps: readonly Node[], atRoot: boolean): void {
    let root = atRoot
    for (const [index, step] of steps.entries()) {
      const stays = isRootVariable(step, root) && index < steps.length - 1
      if (!stays) visit(step, root)
      root = stays
    }
  }

  visitAll(tree, true)
  return { fields, literals, wholeEntry, unsteady }
}

function isWhole(node: Node, atRoot: boolean): boolean {
  if (node.type === 'wildcard') return atRoot
  if (node.type === 'descendant' || node.type === 'parent') return true
  if (node.type === 'function' || node.type === 'partial') {
    const expected =
      node.procedure?.type === 'variable' ? IMPLICIT_CONTEXT.get(String(node.procedure.value)) : undefined
    return atRoot && expected !== undefined && (node.arguments?.length ?? 0) <= expected
  }
  return isRootVariable(node, atRoot)
}

/** `$$` is always the entry, `$` is where nothing has been stepped into. */
function isRootVariable(node: Node, atRoot: boolean): boolean {
  return node.type === 'variable' && (node.value === '$' || (node.value === '' && atRoot))
}
