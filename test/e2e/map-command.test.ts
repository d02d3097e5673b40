import { afterEach, describe, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf, groupDn, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const MAP = {
  name: { from: ['displayName', 'cn'], trim: true },
  alias: { from: 'mail', parse: 'user-from-email', case: 'upper' },
  notes: { expression: "'Desk ' & $string($number(roomNumber))" },
  tags: { from: 'departmentNumber', case: 'lower' },
  time_zone: { default: 'Berlin', createOnly: true },
  custom_role: { byGroup: { [groupDn('leads')]: 'Team lead' } },
  user_fields: { cost_center: { from: 'costCenter', masked: true } },
}

/** The steps of one attribute and what comes of them, one text. */
function traceOf(stdout: string, attribute: string): string {
  const line = stdout.split('\n').find((one) => one.includes(`"attribute":"${attribute}"`))
  const { steps, outcome, result } = JSON.parse(line!) as {
    steps: { step: string; values?: string[] }[]
    outcome: string
    result?: string
  }
  return [...steps.map(({ step, values = [] }) => `${step}: ${values.join()}`), `${outcome} ${result}`].join(' > ')
}

describe('provisioner map DN', () => {
  it('shows what an entry maps to, step by step, what keeps it out, and never a masked value', async () => {
    world = await openWorld({
      ldif: directoryOf(
        [
          {
            uid: 'ada',
            displayName: ' Ada L ',
            departmentNumber: 'Engines',
            roomNumber: '42',
            costCenter: 'K-7',
            employeeStatus: 'left',
          },
          { uid: 'bob', roomNumber: 'attic' },
        ],
        { leads: [groupDn('deputies')], deputies: ['ada'] },
      ),
      config: { users: { map: MAP } },
      producers: 0,
      workers: 0,
    })

    const [ada, bob, nobody] = await Promise.all(
      ['ada', 'bob', 'nobody'].map((uid) => runCli(world, ['map', personDn(uid)])),
    )

    expect(ada!.code).toBe(0)
    expect(ada!.stdout).toMatch(/^ {2}disabled +true$/m)
    const attributes = ['name', 'alias', 'notes', 'tags', 'time_zone', 'custom_role', 'role', 'user_fields.cost_center']
    expect(attributes.map((attribute) => traceOf(ada!.stdout, attribute))).toEqual([
      'read displayname: " Ada L " > trim: "Ada L" > set "Ada L"',
      'read mail: "ada@example.org" > parse user-from-email: "ada" > upper case: "ADA" > set "ADA"',
      'expression: "Desk 42" > set "Desk 42"',
      'read departmentnumber: "Engines" > lower case: "engines" > set ["engines"]',
      'default: "Berlin" > set "Berlin"',
      'in group cn=leads,ou=groups,dc=example,dc=org: "Team lead" > set "Team lead"',
      'default: "end-user" > set "agent"',
      'read costcenter: *** > set ***',
    ])
    expect(ada!.stdout).toContain('a custom role makes its bearer an agent')
    expect(ada!.stdout + ada!.stderr).not.toContain('K-7')
    expect(bob!.stdout).toMatch(/^ {2}EXPRESSION_FAILED: .*/m)
    expect([nobody!.code, nobody!.stdout]).toEqual([1, expect.stringContaining("No connection's directory has")])
    expect(await world.zendesk.writes()).toEqual([])
  })
})
