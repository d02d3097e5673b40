import { afterEach, expect, it } from 'vitest'
import { deleteEntry, modifyEntry } from '@provisioner/sandbox/servers/ldap-change.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

it('entries that an expression never ends on hold up no leaver, and the others only until they are found out', async () => {
  const bad = Array.from({ length: 6 }, (_, i) => `bad${i}`)
  const healthy = ['mia', 'zoe', 'leaver'].map((uid) => ({ uid, description: 'fine' }))
  world = await openWorld({
    ldif: directoryOf([...bad.map((uid) => ({ uid, description: 'fine' })), ...healthy]),
    config: {
      users: {
        map: {
          notes: {
            expression: '($f := function() { $f() }; description = "endless" ? $f() : description)',
            default: 'none',
          },
        },
      },
    },
  })
  await world.step()
  for (const uid of bad) await modifyEntry(world.slapd, personDn(uid), { replace: { description: 'endless' } })
  await modifyEntry(world.slapd, personDn('zoe'), { replace: { description: 'new' } })
  await deleteEntry(world.slapd, personDn('leaver'))
  const notesOf = async (uid: string) => (await world.zendesk.user(`${uid}@example.org`))?.['notes']
  const overran = async () => (await world.problems('user')).filter(({ code }) => code === 'EXPRESSION_OVERRAN').length

  await world.step()
  expect(await world.zendesk.user('leaver@example.org')).toMatchObject({ suspended: true })
  expect([await notesOf('bad0'), await notesOf('bad5'), await notesOf('zoe')]).toEqual(['none', 'fine', 'fine'])
  expect(await overran()).toBe(4)
  expect(await world.problems('connection')).toMatchObject([
    { code: 'EXPRESSIONS_UNFINISHED', what: expect.stringContaining('4 entries stay as they are') },
  ])

  await world.step()
  expect([await notesOf('bad5'), await notesOf('zoe'), await notesOf('mia')]).toEqual(['none', 'new', 'fine'])
  expect([await overran(), await world.problems('connection')]).toEqual([6, []])
})

it('leavers leave though the process of expressions does not start, and the others stay as they are', async () => {
  const node = process.execPath
  const config = {
    directory: { status: { attribute: 'employeeType', disabledWhen: ['off'] } },
    users: { map: { notes: { expression: 'description', default: 'none' } } },
  }
  world = await openWorld({
    ldif: directoryOf(['ada', 'bob', 'cid'].map((uid) => ({ uid, description: 'x' }))),
    config,
  })
  await world.step()
  await world.stopProduct()
  await using next = await openWorld({ ldif: '', servers: world, config })
  process.execPath = '/bin/false'
  try {
    await deleteEntry(world.slapd, personDn('ada'))
    await modifyEntry(world.slapd, personDn('bob'), { replace: { employeeType: 'off' } })
    await modifyEntry(world.slapd, personDn('cid'), { replace: { description: 'y' } })
    await next.step()
  } finally {
    process.execPath = node
  }
  const users = async () =>
    (await world.zendesk.users()).map(({ email, suspended, notes }) => [email, suspended, notes])
  expect(await users()).toEqual(
    expect.arrayContaining([
      ['ada@example.org', true, 'x'],
      ['bob@example.org', true, 'x'],
      ['cid@example.org', false, 'x'],
    ]),
  )
  expect([await next.problems('user'), await next.problems('connection')]).toMatchObject([
    [],
    [{ code: 'EXPRESSIONS_NOT_RUN', what: expect.stringContaining('2 entries stay as they are') }],
  ])

  await next.step()
  expect(await users()).toContainEqual(['cid@example.org', false, 'y'])
  expect(await next.problems('connection')).toEqual([])
})
