/** A text as one sentence: with a full stop, unless it has an end of its own. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

/** What is wrong, then what to do, as two sentences. */
export function sentences({ what, todo }: { readonly what: string; readonly todo: string }): string {
  return `${sentence(what)} ${sentence(todo)}`
}
