import { z } from 'zod'
import { Duration, textLike } from './scalars.ts'

const ADDRESS = 'sqlite:FILE, or postgres://user:password@host:port/database'

const HistoryUrl = textLike(/^(sqlite:(?!\/\/)\S|postgres(ql)?:\/\/[^\s/])/, ADDRESS).superRefine((text, context) => {
  if (context.issues.length > 0 || text.startsWith('sqlite:')) return
  if (!URL.canParse(text) || new URL(text).hash !== '')
    context.addIssue({
      code: 'custom',
      message: `${ADDRESS}; in a password, signs such as / # ? @ are written %2F %23 %3F %40`,
    })
})

const Kept = z
  .strictObject(
    {
      url: HistoryUrl.default('sqlite:history.db').describe(
        'The database: `sqlite:` and a file, which without a leading slash lies in the folder that `PROVISIONER_DATA` names (default: `data` where the producer was started); or, where producers run on several machines, a PostgreSQL: `postgres://user:${env:HISTORY_PASSWORD}@host/database`.',
      ),
      keep: Duration.prefault('400d').describe('How long what happened is kept.'),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? 'a section with url and keep, or off' : undefined) },
  )
  .prefault({})

/** Where the history is kept, or that none is. */
export const HistoryConfig = z.union([z.literal('off'), Kept]).prefault({})
export type HistoryConfig = z.infer<typeof HistoryConfig>

/** The password in the address of a history's database, as it is written there and as it is meant. */
export function historySecrets(history: HistoryConfig): string[] {
  if (history === 'off' || !URL.canParse(history.url)) return []
  const { password } = new URL(history.url)
  if (password === '') return []
  const written = /^\w+:\/\/[^:@/]*:(.*)@/s.exec(history.url)?.[1] ?? password
  return [...new Set([written, password, decodeURIComponent(password)])]
}
