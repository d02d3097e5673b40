import { afterEach, describe, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'
import { WITH_ALL_ATTEMPTS } from '@provisioner/shared/retry-policy.ts'
import { directoryOf, personDn } from '../fixtures/people.ts'
import { peopleOf } from '../fixtures/admins.ts'
import { openWorld, type World } from '../fixtures/world.ts'

let world: World
afterEach(() => world?.[Symbol.asyncDispose]())

const { idOf, show, leave, change, promote } = peopleOf(() => world)
const problems = async () =>
  (await world.problems('user')).map(({ code, dn }) => `${code} ${dn?.split(',')[0]?.slice(4)}`).sort()
const looks = async () => (await world.zendesk.requests({ method: 'GET' })).map(({ path }) => path.split('/v2/')[1]!)

describe('somebody who is made an admin in Zendesk while another name or address waits to be written', () => {
  const adoptions = async () =>
    (await world.ledger.held()).filter(({ category }) => category === 'adoptions').map(({ key }) => key.split('|')[2])

  /** bob's change waits, as the workers are away, when they are made an admin. */
  async function wait(values: Record<string, string>): Promise<number> {
    world = await openWorld({ ldif: directoryOf([{ uid: 'bob' }, { uid: 'eve' }]), workers: 0 })
    const first = await world.addWorker()
    await world.step()
    await first[Symbol.asyncDispose]()
    const id = await idOf('bob')
    await change('bob', values)
    await world.cycle()
    await promote(id)
    return id
  }
  const work = async () => {
    await world.addWorker()
    await world.settled()
  }

  it.each([
    ['another address', { mail: 'evil@example.org' }, 'email'],
    ['another name', { cn: 'Evil' }, 'name'],
  ])('keeps what was there, and %s is asked of an admin', async (_what, values: Record<string, string>, name) => {
    const id = await wait(values)
    await work()
    const told = await world.problems('user')
    await world.step()
    const held = [await adoptions(), await problems()]
    const before = await show(id)

    await runCli(world, ['approve', 'staff', '--only', 'adoptions'])
    await world.step()

    expect(before).toMatchObject({ name: 'bob', email: 'bob@example.org' })
    expect(told).toMatchObject([
      { code: 'ADMIN_RENAMED', dn: personDn('bob'), what: expect.stringContaining(`Zendesk user ${id}`) },
    ])
    expect(held).toEqual([[name], []])
    expect(await show(id)).toMatchObject({ name: values['cn'] ?? 'bob', email: values['mail'] ?? 'bob@example.org' })
    expect([await adoptions(), await problems()]).toEqual([[], []])
  })

  it('keeps it when the refused job is retried by hand, and when something else changes', async () => {
    const id = await wait({ mail: 'evil@example.org' })
    await work()
    const [failed] = await world.queue('users.update').getFailed()
    const reason = failed!.failedReason
    await failed!.retry('failed', WITH_ALL_ATTEMPTS)
    await world.settled()
    await change('bob', { telephoneNumber: '7' })
    await world.step()
    await world.step()

    expect(reason).toContain("'bob@example.org' is an admin by now")
    expect(await show(id)).toMatchObject({ email: 'bob@example.org', phone: '7' })
    expect(await adoptions()).toEqual(['email'])
  })

  it('keeps it when a cycle that knows of it plans something else before the worker is back', async () => {
    const id = await wait({ mail: 'evil@example.org' })
    await change('bob', { telephoneNumber: '7' })
    await world.cycle()
    await work()

    expect(await show(id)).toMatchObject({ email: 'bob@example.org', phone: '7' })
    expect([await adoptions(), await problems()]).toEqual([['email'], []])
  })

  it('gets it once they are no admin any more', async () => {
    const id = await wait({ mail: 'new@example.org' })
    await work()
    await world.zendesk.call('PUT', `/api/v2/users/${id}`, { user: { role: 'end-user' } })
    await world.step()

    expect([(await show(id)).email, await problems()]).toEqual(['new@example.org', []])
  })

  it('is moved out of the way of nobody', async () => {
    world = await openWorld({ ldif: directoryOf([{ uid: 'bob' }, { uid: 'eve' }]), workers: 0 })
    const first = await world.addWorker()
    await world.step()
    await first[Symbol.asyncDispose]()
    // The entry with the lower id is the one that moves the other one out of the way.
    const users = (await world.zendesk.users()).sort((a, b) => (a.external_id! < b.external_id! ? -1 : 1))
    const [mover, boss] = users.map(({ email }) => email!.split('@')[0]!) as [string, string]
    await change(mover, { mail: `${boss}@example.org` })
    await change(boss, { mail: `${mover}@example.org` })
    await world.cycle()
    await promote(users[1]!.id)
    for (const job of await world.queue('users.update').getJobs())
      if (job.data.what === `${mover}@example.org`) await job.remove()

    await work()
    const left = await Promise.all(users.map(({ id }) => world.zendesk.addresses(id)))
    await world.step()
    await world.step()

    expect(left).toEqual([[`${mover}@example.org`], [`${boss}@example.org`]])
    expect(await adoptions()).toEqual(['email'])
  })

  it('is asked for with one request for all of a batch, and loses access as soon as the entry leaves', async () => {
    const id = await wait({ cn: 'Evil' })
    await change('eve', { cn: 'Eve' })
    await world.cycle()
    await world.zendesk.forgetRequests()
    await work()
    const asked = (await looks()).filter((path) => path === 'users/show_many')
    await leave('bob')
    await world.step()

    expect(asked).toHaveLength(1)
    expect(await show(id)).toMatchObject({ name: 'bob', suspended: true })
    expect((await world.zendesk.user('eve@example.org'))?.name).toBe('Eve')
  })
})
