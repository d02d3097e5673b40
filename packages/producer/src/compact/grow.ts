/** A typed array with room for `length` numbers: the same one, or a longer one with what it held. */
export function withRoom<A extends Uint8Array | Uint32Array | Int32Array>(array: A, length: number): A {
  if (length <= array.length) return array
  const grown = new (array.constructor as new (length: number) => A)(Math.max(length, Math.ceil(array.length * 1.5)))
  grown.set(array)
  return grown
}
