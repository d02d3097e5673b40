import type { CycleLedger } from '@provisioner/shared/ledger/cycle-ledger.ts'
import type { NewEvent } from '@provisioner/shared/history/note-event.ts'
import { parseEntityMember } from '@provisioner/shared/ledger/entity-member.ts'
import { undoOf, type Undone } from '@provisioner/shared/ledger/undone.ts'
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
  const over = new Map(ended.map((one) => [one.member, one]))
  const told = replacements.map((one) => {
    const end = over.get(one.member)
    return end ? { ...one, events: [endOf(ledger.connection, end, one.before!)] } : one
  })
  const done = await ledger.noteUndone(told)
  for (const [i, { member }] of told.entries()) {
    const end = done[i] ? over.get(member) : undefined
    if (!end) continue
    const { label, names } = end
    log.info({ about: member, label, names }, 'Undone no more: the directory has changed it')
  }
}

function endOf(
  connection: string,
  { member, label, names }: UndoneNoted['ended'][number],
  { dn, kept }: Undone,
): NewEvent {
  const undo = [...new Set(names.map((name) => undoOf(kept[name]!)))].join(', ')
  const reason = `says something else of ${names.join(', ')}`
  const about = { ...parseEntityMember(member), label, dn }
  return { type: 'release-undo', connection, by: 'the directory', reason, about, undo }
}
