import { setTimeout as sleep } from 'node:timers/promises'
import { deleteEntry, modifyEntry, renameEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { finding, type Finding } from './result.ts'
import { setStage, type Stage } from './stage.ts'
import {
  CAUSES,
  lookAt,
  makeAgent,
  OPTIONS,
  rightAfter,
  WHOLE_SANDBOX,
  wholeConnection,
  wholeLdif,
  type Cause,
} from './whole-agent.ts'

/** From the change in the directory until nothing of a leaver is left in Zendesk, s. */
const GOAL_S = 10
/** Gives up then, s: that is the measure. */
const LOST_S = 60

const PEOPLE = 'ou=people,dc=example,dc=org'

/** How an agent leaves. */
const LEAVE: Readonly<Record<Cause, (stage: Stage, uid: string) => Promise<void>>> = {
  disabled: ({ slapd }, uid) => modifyEntry(slapd, `uid=${uid},${PEOPLE}`, { add: { employeeStatus: 'left' } }),
  deleted: ({ slapd }, uid) => deleteEntry(slapd, `uid=${uid},${PEOPLE}`),
  outOfScope: ({ slapd }, uid) => renameEntry(slapd, `uid=${uid},${PEOPLE}`, `uid=${uid}`, 'ou=left,dc=example,dc=org'),
}

/**
 * An agent with 12 open tickets in 3 groups, 2 brands and a browser open leaves, by each cause and to each option: from
 * the change in the directory, which is watched, until seat, tickets, groups, brands and sessions are right in Zendesk,
 * which is as slow as ever.
 */
export async function leaverWhole(): Promise<Finding> {
  const seconds: (readonly [what: string, seconds: number])[] = []
  for (const option of OPTIONS) {
    await using stage = await setStage({
      ldif: wholeLdif(CAUSES),
      sandbox: WHOLE_SANDBOX,
      schedule: { every: '12h', watch: '2s' },
      connection: wholeConnection(option),
    })
    await stage.start('producer')
    await stage.cycle()
    await stage.start('worker')
    await stage.drained(120_000)
    for (const cause of CAUSES) {
      const agent = await makeAgent(stage, cause)
      const began = performance.now()
      await LEAVE[cause](stage, cause)
      const since = () => (performance.now() - began) / 1_000
      const isRight = async () => rightAfter(option, cause, await lookAt(stage, agent))
      while (!(await isRight()) && since() < LOST_S) await sleep(50)
      seconds.push([`${cause} → ${option}`, since()])
      await stage.drained(LOST_S * 1_000)
    }
  }
  return finding('leaver-whole', {
    measured: Math.max(...seconds.map(([, one]) => one)),
    reference: GOAL_S,
    goal: '<= 1',
    rows: seconds.map(([what, one]) => [`${what}, s`, one.toFixed(1)] as const),
  })
}
