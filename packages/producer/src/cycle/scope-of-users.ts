import { ABSENT, HAS_LEFT, IGNORED } from '@provisioner/shared/ledger/keys.ts'
import { ahead } from '../directory/ahead.ts'
import type { LedgerReader } from '@provisioner/shared/ledger/ledger-reader.ts'
import type { DirectoryPicture } from './directory-picture.ts'

/** Who is known and in scope, who is known and not, and how many of those nobody minds. */
export async function scopeOfUsers({
  picture,
  reader,
  ignoreSeen,
  anew,
}: {
  picture: DirectoryPicture
  reader: LedgerReader
  ignoreSeen: boolean
  /** Ids of users who are planned in any case. */
  anew: ReadonlySet<string>
}) {
  const existing = picture.present.none()
  const absent: string[] = []
  const left = new Set<string>()
  let ignored = 0
  let elsewhere = 0
  for await (const ids of ahead(reader.ids('user'), () => false)) {
    const others = ids.filter((id) => !existing.add(id))
    const gone = others.filter((id) => !picture.present.has(id))
    // when only a part of the directory was read, everybody else counts as there
    elsewhere += others.length - gone.length
    const answered = await reader.seen(gone)
    for (const [i, id] of gone.entries()) if (HAS_LEFT.has(answered[i])) left.add(id)
    if (ignoreSeen) absent.push(...gone)
    else {
      ignored += answered.filter((print) => print === IGNORED).length
      absent.push(...gone.filter((id, i) => anew.has(id) || (answered[i] !== ABSENT && answered[i] !== IGNORED)))
    }
  }
  return { existing, absent, left, ignored, known: existing.size + elsewhere }
}
