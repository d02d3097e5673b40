/** How every command with --json says that it could do nothing: the only line, or the last one, of its output. */
export function errorAsJson({ code, message }: { readonly code: string; readonly message: string }): string {
  return JSON.stringify({ error: { code, message } })
}
