import { ensurePrograms } from '../packages/sandbox/src/servers/ensure-programs.ts'
import { compare } from './compare.ts'
import { liveThroughDay } from './demo/day.ts'
import { describeWork } from './demo/report.ts'
import { bold, dim, heading, ProgressBars, say, yellow } from './demo/screen.ts'
import { setStage, type Stage } from './demo/stage.ts'
import { followed } from './demo/watch.ts'

/** Longest time for the first load, ms. */
const LOAD_MS = 150_000

const once = process.argv.includes('--once') || !process.stdout.isTTY
const stopping = new AbortController()
/** A process of the product ended with an error. */
let failed = false
// `on`, not `once`: the servers end themselves, and this process with them, when nobody else listens any more
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(name, () => {
    if (!stopping.signal.aborted) say(dim('\nStopping everything ...'))
    stopping.abort(new Error(`Stopped by ${name}`))
  })

/**
 * The main job before one's eyes: a plan, its approval, the first load, a day of changes. On a terminal it stays up
 * until Ctrl-C; with `--once`, or elsewhere, it compares directory and Zendesk, and its exit code says whether they are
 * in sync, no process failed, and Zendesk has mailed nobody.
 */
async function run(signal: AbortSignal): Promise<void> {
  await ensurePrograms(['redis-server', 'slapd', 'ldapsearch', 'ldapmodify'])
  heading('Starting')
  await using stage = await setStage({
    say: (line) => say(`  ${line}`),
    restarted: (words, byItself) => {
      say(yellow(`\n  ${words}`))
      failed ||= byItself
    },
    died: (words) => {
      process.stderr.write(`\n${words}\nRun the demo again.\n`)
      process.exitCode = 1
      stopping.abort(new Error('A process ended'))
    },
    signal,
  })
  const began = Date.now()

  heading('The first plan, which waits for approval')
  const plan = await firstPlan(stage, signal)
  say(plan)
  say((await stage.cli('approve', 'staff')).trim())

  heading('Carried out: existing users and groups are adopted, the rest is created')
  say(dim('Users are those of the directory whom no problem keeps out.'))
  const bars = new ProgressBars()
  if (!(await followed(stage, LOAD_MS, (progress) => bars.draw(progress), signal)))
    say('It takes longer than it should; the comparison at the end tells what differs.')

  heading('A day at the company')
  const day = await liveThroughDay(stage, signal)
  say(`  ${day.followed} of ${day.steps} followed`)

  heading('What was done')
  say(describeWork(stage, (Date.now() - began) / 1000))

  if (!once) {
    heading('Look at it')
    say(`  Dashboard        ${bold(stage.dashboardUrl)}`)
    say(`  Zendesk account  ${bold(stage.sandbox.url)}`)
    const [someone] = stage.company.people
    say('  Command line     from another terminal:')
    for (const words of ['status', `explain ${someone!.mail}`, `history ${someone!.mail}`, 'problems'])
      say(`                   ${bold(`${stage.command} ${words}`)}`)
    const { slapd: directory } = stage
    say('  Directory        change somebody, and look at them again:')
    const login = `-H ${directory.url} -D ${directory.adminDn} -w ${directory.adminPassword}`
    say(`                   ${bold(`ldapmodify -x ${login} <<'END'`)}`)
    for (const line of [`dn: ${someone!.dn}`, 'changetype: modify', 'replace: telephoneNumber'])
      say(`                   ${bold(line)}`)
    say(`                   ${bold('telephoneNumber: +441614960199')}`)
    say(`                   ${bold('END')}`)
    say(dim('\n  It stays up until Ctrl-C.'))
    await aborted(signal)
    return
  }
  const { slapd, sandbox, company } = stage
  const result = await compare({
    ldapUrl: slapd.url,
    bindDn: slapd.adminDn,
    password: slapd.adminPassword,
    suffix: company.suffix,
    zendeskUrl: sandbox.url,
    ...sandbox.credentials,
  })
  for (const line of result.lines.slice(0, 20)) say(`  differs: ${line}`)
  const { mails } = sandbox.account
  for (const { kind, to } of mails.slice(0, 20)) say(`  mailed: ${to} (${kind}), and nobody was to be`)
  summary = result.summary
  process.exitCode = result.inSync && mails.length === 0 && !failed ? 0 : 1
}

/**
 * Waits for the producer's first cycle, then shows the plan's table, and how many problems `provisioner problems` tells
 * one by one.
 */
async function firstPlan(stage: Stage, signal: AbortSignal): Promise<string> {
  while (!(await stage.cli('held', '--json')).includes('"firstPlan":{')) signal.throwIfAborted()
  const [table = ''] = (await stage.cli('plan', 'staff')).split(/\n\n(?=\d+ problem)/)
  const { troubles, problems } = JSON.parse(await stage.cli('problems', 'staff', '--json')) as {
    troubles: { code: string }[]
    problems: { problem: { code: string } }[]
  }
  // The first plan waits for the demo's own approval, which is no problem to count.
  const count = problems.filter(({ problem }) => troubles.every(({ code }) => code !== problem.code)).length
  if (count === 0) return table
  const reported = count === 1 ? '1 problem is reported' : `${count} problems are reported`
  return `${table}\n${dim(`${reported}: entries without an address, with one that others have too, and the like`)}`
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

let summary: string | undefined
try {
  await run(stopping.signal)
} catch (error) {
  if (!stopping.signal.aborted)
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
}
// The last line, after everything is stopped.
if (summary !== undefined) say(`\n${summary}`)
