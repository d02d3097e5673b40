import { isMap, isNode, isScalar, type Document, type LineCounter } from 'yaml'
import type { ConfigMistake } from './config-error.ts'
import type { PlacedMistake } from './explain-issue.ts'

type Path = readonly (string | number)[]

/** Gives a mistake the line of the key that is at fault, or of the nearest one above it when the key is missing. */
export function placeMistake(
  { path, found, allowed }: PlacedMistake,
  document: Document,
  lines: LineCounter,
): ConfigMistake {
  for (let depth = path.length; depth >= 1; depth--) {
    const upTo = path.slice(0, depth)
    const offset = keyOffset(document, upTo) ?? nodeOffset(document, upTo)
    if (offset !== undefined) return { ...positionOf(lines, offset), key: keyPath(path), found, allowed }
  }
  return { line: 1, column: 1, key: keyPath(path), found, allowed }
}

/** Line and column, both from 1. */
export function positionOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** `connections[0].users.map.role.byGroup["cn=agents,dc=acme,dc=com"]`. */
function keyPath(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`
      if (!/^[\w-]+$/.test(part)) return `[${JSON.stringify(part)}]`
      return i === 0 ? part : `.${part}`
    })
    .join('')
}

/** Where a mapping's key stands: what an admin looks for. */
function keyOffset(document: Document, path: Path): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return undefined
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined
}

function nodeOffset(document: Document, path: Path): number | undefined {
  const node = document.getIn(path, true)
  return isNode(node) ? node.range?.[0] : undefined
}
