/** What became of one option of PingFederate's. */
export interface Option {
  /** As PingFederate names it, with its channel where there are several: `channelSource.baseDn`. */
  readonly option: string
  /**
   * `taken`: means the same here. `differs`: has a counterpart with another meaning. `lacking`: has none. `to do`:
   * somebody has to write what stands in its place, before the configuration works as the channel did.
   */
  readonly became: 'taken' | 'differs' | 'lacking' | 'to do'
  /** The key of the configuration, where there is one. */
  readonly key?: string
  readonly what: string
}

/** Collects what became of the options, in the order in which they are read. */
export class Report {
  readonly options: Option[] = []

  taken(option: string, key: string, what = ''): void {
    this.options.push({ option, became: 'taken', key, what })
  }

  differs(option: string, key: string, what: string): void {
    this.options.push({ option, became: 'differs', key, what })
  }

  lacking(option: string, what: string): void {
    this.options.push({ option, became: 'lacking', what })
  }

  toDo(option: string, key: string, what: string): void {
    this.options.push({ option, became: 'to do', key, what })
  }
}

const HEADINGS = {
  'to do': 'To be written by you, or it does not work as the channel did',
  differs: 'Has another meaning here',
  lacking: 'Has no counterpart',
  taken: 'Taken as it is',
} as const

/** The report for people: what somebody has to do first, what was taken as it is last. */
export function describeReport(options: readonly Option[]): string[] {
  return Object.entries(HEADINGS).flatMap(([became, heading]) => {
    const some = options.filter((one) => one.became === became)
    if (some.length === 0) return []
    const lines = some.map(({ option, key, what }) => {
      const to = key === undefined ? '' : ` → ${key}`
      return `  ${option}${to}${what === '' ? '' : `: ${what}`}`
    })
    return [`${heading} (${some.length}):`, ...lines, '']
  })
}
