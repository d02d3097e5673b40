import type { Level } from '@provisioner/shared/ledger/troubles.ts'

/** How every command ends. What each code means is {@link MEANINGS}. */
export const EXIT = { done: 0, failed: 1, unfit: 2, changes: 3, held: 4 } as const

export type Exit = keyof typeof EXIT

/** The one table of exit codes. What a command says of its own, {@link OWN}, is a case of these. */
export const MEANINGS: Readonly<Record<Exit, string>> = {
  done: 'done, or there was nothing to do',
  failed: 'failed, or could not be done',
  unfit: "the configuration, the environment or the command line can't work",
  changes: 'there are changes, or findings: somebody should look at them',
  held: 'it does not go on without somebody: something is held, or stands still',
}

/** How `provisioner status` ends, for monitoring: the worst of the connections counts. */
export const STATUS_CODES: Readonly<Record<Level, number>> = {
  well: EXIT.done,
  degraded: EXIT.changes,
  stopped: EXIT.held,
}

const DECIDED = { done: 'decided', failed: 'nothing was decided' } as const
const FOUND = { done: 'somebody was found', failed: 'nobody was found, or several: they are listed' } as const

/** What the codes mean for a command that says more than {@link MEANINGS}, by its name. */
const OWN: Readonly<Record<string, Readonly<Partial<Record<Exit, string>>>>> = {
  check: { done: 'nothing to correct: there is no ✗', failed: 'there is a ✗', unfit: "the configuration can't work" },
  approve: DECIDED,
  reject: DECIDED,
  undecide: DECIDED,
  cycle: { done: 'a cycle is asked for', held: 'a cycle is asked for, and cannot run yet' },
  sync: {
    done: 'all is in step',
    failed: 'the cycle failed, nobody works, or changes wait for more than a moment',
    held: 'in step but for what is held',
  },
  plan: {
    done: 'with --detailed-exitcode nothing to do; else the plan is shown',
    failed: "it failed, or the name is nobody's or several people's",
    changes: 'with --detailed-exitcode there are changes',
    held: "with --detailed-exitcode changes wait for an admin's word, or a first plan does",
  },
  apply: {
    done: 'carried out, or there was nothing to do',
    failed: 'something has changed since, and nothing was done; or it failed',
    unfit: 'the file is damaged, or made for another account or with another configuration',
    held: 'something of it is held',
  },
  undo: { failed: 'there is nothing to undo', held: "the guard holds some of it until 'provisioner approve'" },
  retry: { failed: 'nobody has that name; or with --wait something failed again, or nobody works' },
  link: { done: 'linked', failed: 'not linked' },
  unlink: { done: 'forgotten, or linked to nothing', failed: 'not forgotten' },
  resume: { failed: 'nothing was paused, or the whole account still is' },
  status: {
    done: 'all is well; entries may have problems, and changes be held',
    failed: "it can't be told: Redis does not answer",
    changes: 'degraded: something waits for an admin, or a part does not go on',
    held: 'stopped: no cycle runs, or nothing is written to Zendesk',
  },
  explain: FOUND,
  map: FOUND,
  history: { done: 'it is shown', failed: 'nobody is known by that name, or several are: they are listed' },
  'history verify': {
    done: 'all is as it was written',
    failed: 'something was changed, removed or inserted: it says what first',
  },
  'ledger rebuild': { failed: 'nothing was forgotten' },
  review: {
    done: 'nothing was found',
    failed: 'the review failed, or a directory could not be read whole',
    changes: 'there are findings; docs/access-review.md says what each means',
  },
}

/** Names of the commands that say more of their exit codes. */
export const OWN_COMMANDS = Object.keys(OWN)

/**
 * What `--help` says of a command's exit codes: nothing for one that has none of its own, and all of them for the
 * program, whose name is empty.
 */
export function describeExits(command: string): string {
  const own = command === '' ? MEANINGS : OWN[command]
  if (!own) return ''
  const told = { done: MEANINGS.done, failed: MEANINGS.failed, unfit: MEANINGS.unfit, ...own }
  const rows = Object.entries(EXIT).flatMap(([exit, code]) => {
    const words: string | undefined = (told as Partial<Record<string, string>>)[exit]
    return words === undefined ? [] : [`  ${code}  ${words}`]
  })
  return ['', 'Exit codes:', ...rows].join('\n')
}
