import type { Change } from './change.ts'

const ORDER = [
  'suspend user',
  'delete user',
  'remove member',
  'create group',
  'rename group',
  'restore user',
  'update user',
  'create user',
  'add member',
  'delete group',
]

/** Leavers first of all; groups before the members that wait for them; a group goes when its members are elsewhere. */
export function inOrder(changes: readonly Change[]): Change[] {
  return [...changes].sort((a, b) => ORDER.indexOf(a.operation) - ORDER.indexOf(b.operation))
}
