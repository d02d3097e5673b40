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
  expect(world.logs.filter(({ code }) => code === 'DIRECTORY_TYPE_UNFIT')).toEqual([])
  expect((await runCli(world, ['status'])).stdout).toContain(`directory        OpenLDAP, ${url}\n`)
})

it('a server that is something else is warned of, with what is misread and what to write', async () => {
  const world = owned.use(await openWorld({ ldif, config: { directory: { type: '389ds', id: 'entryUUID' } } }))
  const misread = owned.use(await openWorld({ ldif, config: { directory: { type: 'active-directory' } } }))

  await world.step()
  await misread.cycle()

  const what =
    "directory.type is 'active-directory', and the server is OpenLDAP: its ids are in entryUUID, and objectGUID is read. " +
    'Set directory.type: openldap; once there are users, keep their ids by directory.id: objectGUID'
  const warned = { url: misread.slapd.url, code: 'DIRECTORY_TYPE_UNFIT', msg: what }
  expect(misread.logs.filter(({ code }) => code === 'DIRECTORY_TYPE_UNFIT')).toEqual([expect.objectContaining(warned)])
  expect((await runCli(misread, ['status'])).stdout).toContain(`OpenLDAP, ${misread.slapd.url}; ${what}`)
  expect(world.logs.filter(({ code }) => code === 'DIRECTORY_TYPE_UNFIT')).toEqual([])
})
