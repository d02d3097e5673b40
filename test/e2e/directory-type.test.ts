import { afterEach, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { directoryOf } from '../fixtures/people.ts'
import { openWorld } from '../fixtures/world.ts'

let owned = new AsyncDisposableStack()
afterEach(async () => {
  await owned.disposeAsync()
  owned = new AsyncDisposableStack()
})

const ldif = directoryOf([{ uid: 'ada' }], {})

it('a server that is what directory.type says is named once, and in status', async () => {
  const world = owned.use(await openWorld({ ldif }))

  await world.step()
  await world.step()

  const url = world.slapd.url
  expect(world.logs.filter(({ msg }) => msg === 'Directory found')).toEqual([
    expect.objectContaining({ url, server: 'OpenLDAP', connection: 'staff' }),
  ])
  expect(await world.problems('connection')).toEqual([])
  expect((await runCli(world, ['status'])).stdout).toContain(`directory        OpenLDAP, ${url}\n`)
})

const isOfType = (problem: unknown) => (problem as { code: string }).code === 'DIRECTORY_TYPE_UNFIT'

it('a server that is something else is warned of, with what is misread and what to write', async () => {
  const world = owned.use(await openWorld({ ldif, config: { directory: { type: '389ds', id: 'entryUUID' } } }))
  const misread = owned.use(await openWorld({ ldif, config: { directory: { type: 'active-directory' } } }))

  await world.step()
  await misread.cycle()

  const unfit =
    "directory.type is 'active-directory', and the server is OpenLDAP: its ids are in entryUUID, and objectGUID is read. " +
    'Set directory.type: openldap; once there are users, keep their ids by directory.id: objectGUID'
  const told = misread.logs.find(({ msg, problem }) => msg === 'New problem' && isOfType(problem))
  expect(told).toMatchObject({ level: 'warn', problem: { what: unfit.split('. Set')[0] } })
  expect((await runCli(misread, ['status'])).stdout).toContain(`OpenLDAP, ${misread.slapd.url}; ${unfit}`)
  for (const command of ['plan', 'problems'])
    expect((await runCli(misread, [command])).stdout).toMatch(/DIRECTORY_TYPE_UNFIT[^]*Set directory.type: openldap/)
  expect(await world.problems('connection')).toEqual([])
})
