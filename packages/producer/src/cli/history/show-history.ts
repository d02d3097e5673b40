import { findNamedInHistory, type InHistory } from '@provisioner/history/read/find-named-in-history.ts'
import { readEvents } from '@provisioner/history/read/read-events.ts'
import { errorAsJson } from '../error-as-json.ts'
import { EmptyTextError } from '../selection.ts'
import { namedElsewhere } from './named-elsewhere.ts'
import { csvLine, CSV_HEAD, eventTable } from './describe-events.ts'
import { openForReading, toldOf, type ReadHistory } from './open-for-reading.ts'
import { tellEvent, type ToldEvent } from './told-event.ts'

export interface HistoryOptions {
  readonly connection?: string
  readonly operation?: string
  readonly cycle?: number
  /** Ms since the epoch. */
  readonly since?: number
  readonly until?: number
  readonly by?: string
  readonly approvedBy?: string
  readonly limit?: number
  readonly csv: boolean
  readonly json: boolean
}

/** What a person reads at once; a file gets all. */
const SHOWN = 100

/** So many are listed of those who are known by a text. */
const LISTED = 20

/**
 * `provisioner history`: what was done and decided, the newest first. It asks the history's database alone, and the
 * directory only for a name that nobody has there. False when nobody is found, or several are.
 *
 * @throws as `openForReading` does, EmptyTextError
 */
export async function showHistory(
  configPath: string,
  who: string | undefined,
  options: HistoryOptions,
  print: (text: string) => void,
): Promise<boolean> {
  if (who?.trim() === '') throw new EmptyTextError('history names nobody: give it an address, a DN, an id or a name')
  await using opened = await openForReading(configPath, options.connection)
  try {
    return await show(configPath, opened, who, options, print)
  } catch (error) {
    throw toldOf(opened.history, error)
  }
}

async function show(
  configPath: string,
  { history: { database }, accounts }: ReadHistory,
  who: string | undefined,
  options: HistoryOptions,
  print: (text: string) => void,
): Promise<boolean> {
  const { csv, json, limit, ...wanted } = options
  const isAsked = ({ connection }: InHistory) => options.connection === undefined || connection === options.connection
  const named = who === undefined ? undefined : (await findNamedInHistory(database, accounts, who)).filter(isAsked)
  const about = named?.length === 0 ? await namedElsewhere(configPath, options.connection, who!) : named
  if (about && new Set(about.map(({ kind, id }) => `${kind} ${id}`)).size !== 1) {
    const says = notOne(about, who!)
    // a program that reads CSV has no use for words
    if (csv) process.stderr.write(`${says}\n`)
    else print(json ? errorAsJson({ code: 'NOT_ONE', message: says }) : says)
    return false
  }
  const isTable = !csv && !json
  const most = limit ?? (isTable ? SHOWN : Infinity)
  if (csv) print(CSV_HEAD)
  const told: ToldEvent[] = []
  for await (const row of readEvents(database, { ...wanted, accounts, about }, isTable ? most + 1 : most)) {
    const event = tellEvent(row)
    if (isTable) told.push(event)
    else print(csv ? csvLine(event) : JSON.stringify(event))
  }
  if (!isTable) return true
  print(told.length === 0 ? 'Nothing is told of that in the history.' : eventTable(told.slice(0, most)))
  if (told.length > most) print(`These are the newest ${most}; --limit shows more, --csv and --json all.`)
  return true
}

function notOne(several: readonly InHistory[], text: string): string {
  if (several.length === 0)
    return (
      `The history knows nobody and no group as '${text}'. It takes an address, a name, a DN, a user id that the DN ` +
      'has, a directory id or an id of Zendesk; any other name that the directory has, where that can be reached'
    )
  const more = several.length - LISTED
  return [
    `${several.length} are known as '${text}' in the history: name one by its DN or id.`,
    ...several
      .slice(0, LISTED)
      .map(({ kind, id, names, connection }) => `  ${id}  (${kind}; ${connection}; ${names.join(', ')})`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ].join('\n')
}
