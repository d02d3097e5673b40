import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { NewEvent } from '@provisioner/shared/history/note-event.ts'
import { parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { undoOf } from '@provisioner/shared/ledger/undone.ts'
import type { Logger } from '@provisioner/shared/logger.ts'
import type { UndoneNoted } from './undone-of-scan.ts'

/**
 * Notes what the directory says of what was undone, and lets go of what it says otherwise by now. What an admin has
 * undone or let go meanwhile stays as they left it.
 *
 * @throws FencedError when a newer cycle has begun
 */
export async function noteUndone(
  { ledger, log }: { readonly ledger: CycleLedger; readonly log: Logger },
  { replacements, ended }: UndoneNoted,
): Promise<void> {
  const done = await ledger.noteUndone(replacements)
  const noted = new Map(replacements.flatMap((one, i) => (done[i] ? [[one.member, one.before!] as const] : [])))
  const over = ended.filter(({ member }) => noted.has(member))
  for (const { member, label, names } of over)
    log.info({ about: member, label, names }, 'Undone no more: the directory has changed it')
  const events = over.map(({ member, label, names }): NewEvent => {
    const { dn, kept } = noted.get(member)!
    const undo = [...new Set(names.map((name) => undoOf(kept[name]!)))].join(', ')
    const reason = `says something else of ${names.join(', ')}`
    const about = { ...parseEntityMember(member), label, dn }
    return { type: 'release-undo', connection: ledger.connection, by: 'the directory', reason, about, undo }
  })
  if (events.length > 0) await ledger.notes.tell(events)
}
